using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Training.Losses;

namespace Coda.Tests.Additions;

/// <summary>A loss term from outside, in one file: the mean square of differences between neighbours of the analysis, over σ².</summary>
public sealed class Smoothness : LossTerm
{
    public Smoothness(Options options)
    {
        new Faults("smoothness").Require(options.Weight >= 0, nameof(options.Weight), "at least 0", options.Weight).ThrowIfAny();
        Weight = options.Weight;
    }

    public override double Weight { get; }

    public override Field<T> Evaluate<T>(LossContext<T> context)
    {
        var difference = context.States[0] - context.States[0].Roll(1);
        return (difference * difference).Sum(-1).Sum(-1) / (context.Observations.StateCount * context.Observations.Variance);
    }

    public sealed record Options
    {
        public double Weight { get; init; } = 0.01;
    }
}
