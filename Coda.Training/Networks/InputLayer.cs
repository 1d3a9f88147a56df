using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>What comes before every network's first layer: observations put in their places on the state's grid, and scaled.</summary>
/// <param name="context">The task.</param>
internal sealed class InputLayer(AssimilationContext context)
{
    /// <summary>Puts sites at their places on the grid, unobserved elsewhere. [..., site] to [..., space]</summary>
    public T Place<T>(INetworkAlgebra<T> ops, T input)
    {
        if (context.IsAligned)
        {
            return input;
        }

        // A column of zeros after the last site is what unobserved places read.
        var padded = ops.Concat(-1, input, ops.Scale(ops.Slice(input, -1, 0, 1), 0));
        var places = Enumerable.Range(0, context.Layout.Size).Select(k => context.Locations.ToList().IndexOf(k));
        return ops.Gather(padded, [.. places.Select(site => site < 0 ? context.SiteCount : site)]);
    }

    /// <summary>(value - mean) / deviation where observed, 0 elsewhere.</summary>
    public T Normalize<T>(INetworkAlgebra<T> ops, T values, T mask)
    {
        var (mean, deviation) = (ops.Constant(context.Climatology.Mean), ops.Constant(context.Climatology.Deviation));
        return ops.Multiply(ops.Divide(ops.Subtract(values, mean), deviation), mask);
    }

    /// <summary>mean + deviation · output. [batch, space]</summary>
    public T Restore<T>(INetworkAlgebra<T> ops, T output) =>
        ops.Add(ops.Multiply(output, ops.Constant(context.Climatology.Deviation)), ops.Constant(context.Climatology.Mean));
}
