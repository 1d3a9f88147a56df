using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A network's analyses of single steps with the transpose of their derivative, by the model's graph for that.</summary>
internal sealed class NetworkSensitivity : IAnalysisSensitivity
{
    private readonly ModelCard _card;
    private readonly BoundGraph _run;
    private readonly BoundNetwork? _spread;
    private readonly StepRange _record;
    private readonly double? _sigma;
    private readonly bool _isNowcast;
    private readonly double[] _variances;
    private (StepRange Steps, StepRange Window) _last;

    /// <summary>Allocates the buffers.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="isNowcast">Whether observations after the step are left out.</param>
    /// <exception cref="ModelMismatchException">The model has no such graph.</exception>
    public NetworkSensitivity(OnnxModel model, ArchiveDescription archive, bool isNowcast)
    {
        (_card, _record, _sigma, _isNowcast) = (model.Card, archive.Steps, archive.Sigma, isNowcast);
        var (length, space) = ((2 * _card.HalfWidth) + 1, _card.Layout.Size);
        _run = model.Bind(
            ModelRoles.Impact,
            [new(ModelFolder.Observations, 1, _card.InputChannels, length, _card.SiteCount), new(ModelFolder.StateSensitivities, 1, space)],
            [new(ModelFolder.State, 1, space), new(ModelFolder.ObservationSensitivities, 1, length, _card.SiteCount)]);
        _variances = new double[space];
        _spread = _card.HasSpread(ModelRoles.Analysis) ? new BoundNetwork(model, readsStretches: false, steps: 1) : null;
    }

    /// <inheritdoc/>
    public StepRange Window(long step) => new StepRange(step - _card.HalfWidth, step + 1 + (_isNowcast ? 0 : _card.HalfWidth)).Intersect(_record);

    /// <inheritdoc/>
    public void Analyze(ObservationStretch window, long step, Span<double> state)
    {
        var steps = new StepRange(step, step + 1).Widen(_card.HalfWidth, _card.HalfWidth);
        _card.Input(_sigma).Fill(window, steps, _isNowcast ? step + 1 : steps.End, _run.Input(0));
        _run.Input(1).Clear();
        _run.Run();
        TensorPrimitives.ConvertTruncating(_run.Output(0), state);
        _last = (steps, window.Steps);
        if (_spread is not null)
        {
            _spread.LoadWindows(_run.Input(0));
            _spread.Run();
            TensorPrimitives.ConvertTruncating(_spread.Spread, _variances);
            TensorPrimitives.Multiply(_variances, _variances, _variances);
        }
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities)
    {
        TensorPrimitives.ConvertTruncating(gradient, _run.Input(1));
        _run.Run();
        var (steps, window) = _last;
        var shared = steps.Intersect(window);
        var (from, to) = ((int)(shared.Start - steps.Start) * _card.SiteCount, (int)(shared.Start - window.Start) * _card.SiteCount);
        sensitivities.Clear();
        TensorPrimitives.ConvertTruncating(
            _run.Output(1).Slice(from, (int)shared.Count * _card.SiteCount), sensitivities[to..]);
    }

    /// <inheritdoc/>
    /// <remarks>A network knows variances alone.</remarks>
    public bool Covary(ReadOnlySpan<double> direction, Span<double> product)
    {
        TensorPrimitives.Multiply(direction, _variances, product);
        return _spread is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _spread?.Dispose();
    }
}
