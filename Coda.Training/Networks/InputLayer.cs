using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>What comes before every network's first layer, and after its last: observations put in their places on the state's grid, and scaled; states as
/// rows, scaled back.</summary>
/// <param name="context">The task.</param>
internal sealed class InputLayer(AssimilationContext context)
{
    private readonly Lazy<int[][]> _sitesOf = new(() => SitesOf(context));

    /// <summary>
    /// Puts sites at their places on the grid, unobserved elsewhere; of several sites at one place, as positions between grid points have, the mean of those
    /// observed. [..., channel, time, site] to [..., channel, time, space]
    /// </summary>
    public T Place<T>(INetworkAlgebra<T> ops, T input)
    {
        if (context.IsAligned)
        {
            return input;
        }

        // A column of zeros after the last site is what unobserved places read.
        var padded = ops.Concat(-1, input, ops.Scale(ops.Slice(input, -1, 0, 1), 0));
        if (_sitesOf.Value is [var only])
        {
            return ops.Gather(padded, only);
        }

        T? sum = default;
        foreach (var (i, sites) in _sitesOf.Value.Index())
        {
            var part = ops.Gather(padded, sites);
            var weighed = ops.Multiply(part, ops.Slice(part, -3, 1, 1)); // where nothing is observed, anything may stand
            sum = i == 0 ? weighed : ops.Add(sum!, weighed);
        }

        var count = ops.Slice(sum!, -3, 1, 1);
        return ops.Divide(sum!, ops.Add(count, ops.Offset(ops.Scale(ops.Step(count), -1), 1))); // by 1 where nothing is observed; the mask becomes 1
    }

    // For every entry its first site, its second one and so on, as far as any has; the number of sites where an entry has fewer. [rank][space]
    private static int[][] SitesOf(AssimilationContext context)
    {
        var (ranks, taken) = (new List<int[]>(), new int[context.Layout.Size]);
        for (var site = 0; site < context.SiteCount; site++)
        {
            var entry = context.Locations[site];
            if (taken[entry] == ranks.Count)
            {
                ranks.Add([.. Enumerable.Repeat(context.SiteCount, taken.Length)]);
            }

            ranks[taken[entry]++][entry] = site;
        }

        return [.. ranks];
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
