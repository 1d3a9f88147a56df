using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Training.Losses;

namespace Coda.Tests.Additions;

/// <summary>A loss term from outside, in one file: the mean square, over σ², by which differences between neighbours are others at the rollout's end
/// than in the later analysis.</summary>
public sealed class GradientConsistency : LossTerm
{
    public GradientConsistency(Options options)
    {
        new Faults("gradient-consistency").Require(options.Weight >= 0, nameof(options.Weight), "at least 0", options.Weight).ThrowIfAny();
        Weight = options.Weight;
    }

    public override double Weight { get; }

    public override Field<T> Evaluate<T>(LossContext<T> context)
    {
        var difference = context.States[^1] - context.Later;
        var gradient = difference - difference.Roll(1);
        return (gradient * gradient).Sum(-1).Sum(-1) / (context.Observations.StateCount * context.Observations.Variance);
    }

    public sealed record Options
    {
        public double Weight { get; init; } = 0.01;
    }
}
