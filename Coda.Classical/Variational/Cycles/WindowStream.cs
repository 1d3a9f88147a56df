using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Cycles;

/// <summary>Successive windows over a record whose observations arrive: what arrives at once is a window, or several where it is long.</summary>
/// <param name="model">M and H of states that end with what is corrected.</param>
/// <param name="settings">How windows are smoothed.</param>
/// <param name="description">What the records are like.</param>
/// <param name="corrected">What is known of the model at a window's end, in its own units.</param>
/// <param name="block">The analyses of some steps of a window, of the states alone.</param>
internal sealed class WindowStream(
    LinearizedModel model, CycleSettings settings, ArchiveDescription description, Func<SmoothedWindow, IReadOnlyList<CorrectedNumber>> corrected,
    Func<SmoothedWindow, StateBlock> block) : StreamAnalysis
{
    private const string Mean = "mean";
    private const string Variances = "variances";
    private const string Information = "information";
    private const string Misfit = "misfit";
    private const double Kept = 0.95; // of what a window says of the misfit, by the next one

    private readonly WindowCycle _cycle = new(model, settings);

    /// <inheritdoc/>
    public override string Form => "windows";

    /// <inheritdoc/>
    public override int SettlingSteps => settings.WarmUp;

    /// <inheritdoc/>
    public override int LookAhead => settings.WindowSteps - 1;

    /// <inheritdoc/>
    public override int StepsTogether(long first, long start) => settings.LengthFrom(first, start);

    /// <inheritdoc/>
    public override (StateBlock Analyses, StreamPosition To) Advance(
        StreamPosition? from, ObservationStretch arrived, CancellationToken cancellation = default)
    {
        var position = (WindowPosition?)from;
        new Faults("cycled-smoother")
            .Require(arrived.SiteCount == description.SiteCount, nameof(arrived), $"{description.SiteCount} sites", arrived.SiteCount)
            .Require(position is null || arrived.Steps.Start == position.Step + 1, nameof(arrived), $"step {position?.Step + 1}, the next one", arrived.Steps)
            .ThrowIfAny();
        var record = model.Scales.Of(new PlausibleObservations(new ArrivedRecord(description, arrived), double.PositiveInfinity));
        var (blocks, first, misfit) = (new List<StateBlock>(), position?.FirstStep ?? arrived.Steps.Start, position?.Misfit ?? default);
        SmoothedWindow? last = null;
        foreach (var window in _cycle.Run(record, 0, arrived.Steps, first, position?.Prior, cancellation))
        {
            misfit = (misfit.Cost * Kept, misfit.Observed * Kept);
            if (window.Observed > 0 && window.Steps.Start - first >= settings.WarmUp)
            {
                misfit = (misfit.Cost + (window.Misfit * window.Observed), misfit.Observed + window.Observed);
            }

            blocks.Add(model.Scales.Back(block(window)));
            last = window;
        }

        return (Joined(blocks, arrived), new WindowPosition(first, arrived.Steps.End - 1, _cycle.Known, corrected(last!)) { Misfit = misfit });
    }

    /// <inheritdoc/>
    public override StoredPosition Store(StreamPosition position)
    {
        var (window, prior) = ((WindowPosition)position, ((WindowPosition)position).Prior);
        return new(Form, position.FirstStep, position.Step, new Dictionary<string, float[]>
        {
            [Mean] = StoredPosition.Bits(prior.Mean), [Variances] = StoredPosition.Bits(prior.Variances),
            [Information] = StoredPosition.Bits(prior.Information), [Misfit] = StoredPosition.Bits([window.Misfit.Cost, window.Misfit.Observed]),
        });
    }

    /// <inheritdoc/>
    public override StreamPosition Restore(StoredPosition stored)
    {
        stored.Require(Form);
        var (size, misfit) = (model.Layout.Size, stored.Doubles(Misfit, 2));
        var prior = new Prior(stored.Doubles(Mean, size), stored.Doubles(Variances, size)) { Information = stored.Doubles(Information, (long)size * size) };
        var last = new SmoothedWindow(new StepRange(stored.Step, stored.Step + 1), prior.Mean, prior.Variances, Passes: 0, double.NaN, Observed: 0);
        return new WindowPosition(stored.FirstStep, stored.Step, prior, corrected(last)) { Misfit = (misfit[0], misfit[1]) };
    }

    /// <inheritdoc/>
    public override void Dispose() => _cycle.Dispose();

    private static StateBlock Joined(List<StateBlock> blocks, ObservationStretch arrived) => new(
        arrived.Trajectory, arrived.Steps.Start, blocks[0].StateSize, blocks.SelectMany(b => b.States.ToArray()).ToArray(),
        blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray());
}
