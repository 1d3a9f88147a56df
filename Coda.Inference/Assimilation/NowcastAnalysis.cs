using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A network of windows that takes observations as they arrive: each step is analyzed from the half-width before it and itself, without what lies
/// ahead.</summary>
/// <remarks>
/// The analyses are those of <see cref="NetworkMethod"/> with <c>nowcast</c> on the whole record. A network that was trained with a share of nowcasts
/// (<c>nowcastProbability</c>) is the one for it; <see cref="SequentialAnalysis"/> is cheaper, and better where observations come at every step.
/// </remarks>
public sealed class NowcastAnalysis : StreamAnalysis
{
    /// <summary>The kind of analysis.</summary>
    public const string Name = "nowcast";

    private const string Values = "values";
    private const string Mask = "mask";
    private const string Sigma = "sigma";

    private readonly OnnxModel _model;
    private readonly BoundNetwork _network;

    /// <summary>Binds the model's network.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="Data.Cards.ModelMismatchException">The model has no network that reads windows.</exception>
    public NowcastAnalysis(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _network) = (model, new BoundNetwork(model, readsStretches: false, steps: 1));
    }

    /// <inheritdoc/>
    public override string Form => Name;

    /// <inheritdoc/>
    public override int SettlingSteps => _model.Card.HalfWidth;

    /// <inheritdoc/>
    public override (StateBlock Analyses, StreamPosition To) Advance(
        StreamPosition? from, ObservationStretch arrived, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        var (position, card) = ((NowcastPosition?)from, _model.Card);
        new Faults("nowcast")
            .Require(arrived.SiteCount == card.SiteCount, nameof(arrived), $"{card.SiteCount} sites", arrived.SiteCount)
            .Require(position is null || arrived.Steps.Start == position.Step + 1, nameof(arrived), $"step {position?.Step + 1}, the next one", arrived.Steps)
            .ThrowIfAny();
        var (known, size) = (position is null ? arrived : Joined(position.Recent, arrived), card.Layout.Size);
        var states = new float[checked((int)arrived.Steps.Count * size)];
        var spread = _network.HasSpread ? new float[states.Length] : null;
        for (var row = 0; row < arrived.Steps.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            _network.LoadWindow(0, known, arrived.Steps.Start + row, isNowcast: true);
            _network.Run();
            _network.States.CopyTo(states.AsSpan(row * size));
            if (spread is not null)
            {
                _network.Spread.CopyTo(spread.AsSpan(row * size));
            }
        }

        var last = new StepRange(Math.Max(known.Steps.Start, known.Steps.End - card.HalfWidth), known.Steps.End);
        return (
            new StateBlock(arrived.Trajectory, arrived.Steps.Start, size, states, spread),
            new NowcastPosition(position?.FirstStep ?? arrived.Steps.Start, arrived.Steps.End - 1, Part(last, known)));
    }

    /// <inheritdoc/>
    public override StoredPosition Store(StreamPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        var recent = ((NowcastPosition)position).Recent;
        var arrays = new Dictionary<string, float[]> { [Values] = recent.Values, [Mask] = recent.Mask };
        if (recent.Sigma is { } sigma)
        {
            arrays[Sigma] = sigma;
        }

        return new(Form, position.FirstStep, position.Step, arrays);
    }

    /// <inheritdoc/>
    public override StreamPosition Restore(StoredPosition stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        stored.Require(Form);
        var steps = new StepRange(Math.Max(stored.FirstStep, stored.Step + 1 - _model.Card.HalfWidth), stored.Step + 1);
        var length = steps.Count * _model.Card.SiteCount;
        var recent = new ObservationStretch(0, steps, _model.Card.SiteCount)
        {
            Sigma = stored.Arrays.ContainsKey(Sigma) ? stored.Array(Sigma, length) : null,
        };
        stored.Array(Values, length).CopyTo(recent.Values, 0);
        stored.Array(Mask, length).CopyTo(recent.Mask, 0);
        return new NowcastPosition(stored.FirstStep, stored.Step, recent);
    }

    /// <inheritdoc/>
    public override void Dispose() => _network.Dispose();

    private static ObservationStretch Joined(ObservationStretch recent, ObservationStretch arrived) =>
        Part(new StepRange(recent.Steps.Start, arrived.Steps.End), recent, arrived);

    // The given steps of consecutive stretches.
    private static ObservationStretch Part(StepRange steps, params ReadOnlySpan<ObservationStretch> stretches)
    {
        var sites = stretches[0].SiteCount;
        var hasSigma = false;
        foreach (var stretch in stretches)
        {
            hasSigma |= stretch.Sigma is not null;
        }

        var part = new ObservationStretch(stretches[0].Trajectory, steps, sites) { Sigma = hasSigma ? new float[checked((int)steps.Count * sites)] : null };
        foreach (var stretch in stretches)
        {
            var some = stretch.Steps.Intersect(steps);
            var (source, target, length) = (At(some, stretch.Steps), At(some, steps), checked((int)some.Count * sites));
            Array.Copy(stretch.Values, source, part.Values, target, length);
            Array.Copy(stretch.Mask, source, part.Mask, target, length);
            if (part.Sigma is { } sigma && stretch.Sigma is { } own) // 0 where none is given
            {
                Array.Copy(own, source, sigma, target, length);
            }
        }

        return part;

        int At(StepRange some, StepRange whole) => checked((int)(some.Start - whole.Start) * sites);
    }
}
