using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Losses;

/// <summary>The mean over the state entries of w (x̂ - r)² / σ² at both windows' centres, r the reanalysis there, w 1 or what an entry counts.</summary>
/// <remarks>
/// Its minimum over networks is the mean of the reanalysis given a window's observations. A smoother's states over long records are far closer to the truth
/// than any window allows, so that this tells a network its errors almost without the observations' noise. It says nothing of the simulator's parameters.
/// </remarks>
public sealed class ReanalysisMisfit : LossTerm
{
    /// <summary>Makes the term.</summary>
    /// <param name="options">Its weight.</param>
    /// <exception cref="ArgumentException">The weight is negative.</exception>
    public ReanalysisMisfit(Options options)
    {
        new Faults("reanalysis-misfit").Require(options.Weight >= 0, nameof(options.Weight), "at least 0", options.Weight).ThrowIfAny();
        Weight = options.Weight;
    }

    /// <inheritdoc/>
    public override double Weight { get; }

    /// <inheritdoc/>
    public override bool UsesRollout => false;

    /// <inheritdoc/>
    public override bool UsesReanalysis => true;

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(LossContext<T> context)
    {
        var (start, later) = context.Reanalysis ?? throw new InvalidOperationException("The loss term 'reanalysis-misfit' expects a reanalysis, got none.");
        var (first, second) = (Square(context.States[0] - start), Square(context.Later - later));
        if (context.ReanalysisWeights is { } weights)
        {
            (first, second) = (weights.Start * first, weights.Later * second);
        }

        return (first + second).Sum(-1).Sum(-1) / (2 * context.Observations.StateCount * context.Observations.Variance);

        Field<T> Square(Field<T> plain)
        {
            var difference = context.Observations.Scaled(plain);
            return difference * difference;
        }
    }

    /// <summary>The term's weight.</summary>
    public sealed record Options
    {
        /// <summary>The factor of the term, at least 0.</summary>
        public double Weight { get; init; } = 1;
    }
}
