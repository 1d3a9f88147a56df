using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Losses;

/// <summary>The mean over the observed entries of (y - H(x))² / σ² along the rollout, leads 0 to w.</summary>
/// <remarks>Zinchenko and Greenberg (2024), eq. 6, first term, there a sum.</remarks>
public sealed class DataMisfit : LossTerm
{
    /// <summary>Makes the term.</summary>
    /// <param name="options">Its weight.</param>
    /// <exception cref="ArgumentException">The weight is negative.</exception>
    public DataMisfit(Options options)
    {
        new Faults("data-misfit").Require(options.Weight >= 0, nameof(options.Weight), "at least 0", options.Weight).ThrowIfAny();
        Weight = options.Weight;
    }

    /// <inheritdoc/>
    public override double Weight { get; }

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(LossContext<T> context)
    {
        var sum = Square(0);
        for (var lead = 1; lead < context.States.Count; lead++)
        {
            sum += Square(lead);
        }

        return sum.Sum(-1).Sum(-1) / Math.Max(1, context.Observations.ObservedCount);

        Field<T> Square(int lead) // [batch, site]
        {
            var innovation = context.Values[lead] - context.Operator.Apply(context.States[lead]);
            return context.Precisions[lead] * (innovation * innovation);
        }
    }

    /// <summary>The term's weight.</summary>
    public sealed record Options
    {
        /// <summary>The factor of the term, at least 0.</summary>
        public double Weight { get; init; } = 1;
    }
}
