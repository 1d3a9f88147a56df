using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>What comes before every network's first layer, and after its last: observations put in their places on the state's grid, and scaled; states as
/// rows, scaled back.</summary>
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

    /// <summary>(value - mean) / deviation where observed, of values as coordinates; 0 elsewhere.</summary>
    public T Normalize<T>(INetworkAlgebra<T> ops, T values, T mask)
    {
        values = context.Coordinates is { } coordinates ? coordinates.Apply(ops, values) : values;
        var (mean, deviation) = (ops.Constant(context.Climatology.Mean), ops.Constant(context.Climatology.Deviation));
        return ops.Multiply(ops.Divide(ops.Subtract(values, mean), deviation), mask);
    }

    /// <summary>
    /// The channels that a first layer reads: values, scaled, and mask, and where the network reads errors both once more times log σ/σ₀, σ₀ the training
    /// record's; each 0 where nothing is observed.
    /// </summary>
    /// <remarks>A layer's weights are then linear in log σ, and at σ₀ those of a network that does not read it.</remarks>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="input">Values, mask and perhaps standard deviations. [..., channel, time, site]</param>
    /// <param name="readsSigma">Whether there are standard deviations.</param>
    public T Channels<T>(INetworkAlgebra<T> ops, T input, bool readsSigma)
    {
        var placed = Place(ops, input);
        var mask = ops.Slice(placed, -3, 1, 1);
        var values = Normalize(ops, ops.Slice(placed, -3, 0, 1), mask);
        if (!readsSigma)
        {
            return ops.Concat(-3, values, mask);
        }

        // Where nothing is observed, σ and mask are 0, and the logarithm is that of 1.
        var unobserved = ops.Offset(ops.Scale(mask, -1), 1);
        var sigma = ops.Scale(ops.Slice(placed, -3, 2, 1), 1 / context.Sigma);
        sigma = context.Scales is { } scales ? ops.Divide(sigma, ops.Constant([.. scales.Select(s => (double)s)])) : sigma;
        var error = ops.Log(ops.Add(sigma, unobserved));
        return ops.Concat(-3, values, mask, ops.Multiply(values, error), error);
    }

    /// <summary>The channels of every field, one after another, on the grid that the fields share. [..., channel, time, field · space] to
    /// [..., field · channel, time, space]</summary>
    public T Fields<T>(INetworkAlgebra<T> ops, T channels, int first, int count)
    {
        var (fields, sites) = (context.Channels, context.Layout.Size / context.Channels);
        var read = ops.Slice(channels, -3, first, count);
        return ops.Concat(-3, [.. Enumerable.Range(0, fields).Select(field => ops.Slice(read, -1, field * sites, sites))]);
    }

    /// <summary>One row for each state. [batch, field, space] to [batch, field · space], or of a stretch [1, field, time, space] to
    /// [time, field · space]</summary>
    public T Rows<T>(INetworkAlgebra<T> ops, T output, bool isStretch)
    {
        if (!isStretch)
        {
            return ops.MergeLast(output);
        }

        var fields = context.Channels;
        var rows = fields == 1 ? output : ops.Concat(-1, [.. Enumerable.Range(0, fields).Select(k => ops.Slice(output, -3, k, 1))]);
        return ops.RemoveAxis(ops.RemoveAxis(rows, -4), -3);
    }

    /// <summary>mean + deviation · output. [batch, space]</summary>
    public T Restore<T>(INetworkAlgebra<T> ops, T output) =>
        ops.Add(ops.Multiply(output, ops.Constant(context.Climatology.Deviation)), ops.Constant(context.Climatology.Mean));
}
