using Coda.Classical.Variational.Costs;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Cycles;

/// <summary>Where successive windows of a stream stand: what is known of state and model at its newest step.</summary>
/// <param name="firstStep">The step that it began at.</param>
/// <param name="step">The step of the newest analysis.</param>
/// <param name="prior">What is known.</param>
/// <param name="corrected">What is known of the model, in its own units.</param>
internal sealed class WindowPosition(long firstStep, long step, Prior prior, IReadOnlyList<CorrectedNumber> corrected) : StreamPosition(firstStep, step)
{
    /// <summary>Twice the cost over the number of observations, beyond which the spread says too little.</summary>
    public const double MostMisfit = 1.5;

    private const double Enough = 20; // observations that judge

    /// <summary>What is known of state and model.</summary>
    public Prior Prior => prior;

    /// <summary>Twice the cost of windows of late, those long ago counting less, and the number of their observations.</summary>
    public (double Cost, double Observed) Misfit { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<CorrectedNumber> Corrected => corrected;

    /// <inheritdoc/>
    public override ResultWarning? Doubt => Misfit.Observed >= Enough && !(Misfit.Cost <= MostMisfit * Misfit.Observed)
        ? new("inconsistent-innovations",
            FormattableString.Invariant($"Twice the cost is {Misfit.Cost / Misfit.Observed:G3} times the number of observations, where about 1 is ")
            + "expected, so that the spread says too little: raise the model's error variance, or let what is corrected follow sooner (memory).")
        : null;
}
