using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>Gains of a few members: what their sample says of each neighbour's observation by itself, and the members' own analyses.</summary>
/// <remarks>
/// The gain of one observation at site j for site i is c_ij / (c_jj + r) (Anderson, 2001, doi:10.1175/1520-0493(2001)129&lt;2884:AEAKFF&gt;2.0.CO;2), of
/// sample covariances c and the error's variance r; what a network says of it is its localization and its dependence on the neighbours' observations.
/// Deviations from the mean have a gain of their own, about half of it (Whitaker and Hamill, 2002,
/// doi:10.1175/1520-0493(2002)130&lt;1913:EDAWPO&gt;2.0.CO;2), and no observation drawn anew.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="reach">The sites on each side that an innovation reaches, along every axis.</param>
internal sealed class MemberGains(AssimilationContext context, int reach)
{
    private const double Halves = 0.5; // of the gain, that deviations have before training
    private const double Narrow = 4; // the deviations of a Gaussian that the reach has, before training
    private const double Least = 1e-6; // a variance, over the climatology's

    private readonly int _fields = context.Channels;
    private readonly IReadOnlyList<int[]> _offsets = Offsets(context, reach);

    /// <summary>The number of weights of a gain at every point.</summary>
    public int Channels => _fields * _fields * _offsets.Count;

    private int Each => _fields * _offsets.Count;

    /// <summary>Each neighbour's values as channels, 0 beyond walls. [..., field, point] to [..., field · neighbour, point]</summary>
    public T Around<T>(INetworkAlgebra<T> ops, T a) =>
        ops.TimeToChannels(ops.Concat(-2, [.. _offsets.Select(offset => ops.InsertAxis(Shifted(ops, a, offset), -2))]));

    /// <summary>The members' mean, and what they depart from it by, over the climatology's deviation.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="background">The members. [batch, member, space]</param>
    /// <returns>[batch, space] and [batch, member, field, point].</returns>
    public (T Mean, T Deviations) Split<T>(INetworkAlgebra<T> ops, T background)
    {
        var mean = ops.Mean(background, -2);
        var deviations = ops.Divide(ops.Subtract(background, ops.InsertAxis(mean, -2)), ops.Constant(context.Climatology.Deviation));
        return (mean, _fields == 1 ? ops.InsertAxis(deviations, -2) : ops.SplitLast(deviations, context.Layout.Size / _fields));
    }

    /// <summary>The gain of each observation by itself. [batch, field · field · neighbour, point]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="deviations">What members depart from their mean by. [batch, member, field, point]</param>
    /// <param name="around">Their neighbours. [batch, member, field · neighbour, point]</param>
    public T Alone<T>(INetworkAlgebra<T> ops, T deviations, T around)
    {
        var factor = 1.0 / (ops.ShapeOf(deviations)[^3] - 1);
        var variance = ops.Scale(ops.Sum(ops.Multiply(deviations, deviations), -3), factor);
        var precision = ops.Power(ops.Offset(ops.Add(variance, Noise(ops)), Least), -1); // of what is observed at each point about the forecast
        var precisions = Around(ops, ops.Scale(precision, factor)); // [batch, field · neighbour, point]
        return Join(ops, [.. Enumerable.Range(0, _fields).Select(field => ops.Multiply(
            ops.Sum(ops.Multiply(ops.Slice(deviations, -2, field, 1), around), -3), precisions))]);
    }

    /// <summary>What the members' deviations are after the analysis. [batch, member, field, point]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="deviations">What they were.</param>
    /// <param name="around">Their neighbours.</param>
    /// <param name="gain">The deviations' gain, 0 where nothing was seen. [batch, field · field · neighbour, point]</param>
    public T Update<T>(INetworkAlgebra<T> ops, T deviations, T around, T gain)
    {
        T[] parts = [.. Enumerable.Range(0, _fields).Select(field => ops.InsertAxis(
            ops.Sum(ops.Multiply(ops.InsertAxis(ops.Slice(gain, -2, field * Each, Each), -3), around), -2), -2))];
        return ops.Subtract(deviations, Join(ops, parts));
    }

    /// <summary>The same for every target field. [batch, field · neighbour, point] to [batch, field · field · neighbour, point]</summary>
    public T ForEach<T>(INetworkAlgebra<T> ops, T a) => Join(ops, [.. Enumerable.Repeat(a, _fields)]);

    /// <summary>The share of the gain of an observation by itself that is taken before training. [weight, 1]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="ofDeviations">Whether for the deviations.</param>
    public T Taper<T>(INetworkAlgebra<T> ops, bool ofDeviations) => ops.InsertAxis(ops.Constant([.. Enumerable.Range(0, Channels).Select(weight =>
    {
        var square = _offsets[weight % _offsets.Count].Sum(o => Math.Pow(Narrow * o / Math.Max(1, reach), 2));
        return (ofDeviations ? Halves : 1) * Math.Exp(-square / 2);
    })]), -1);

    /// <summary>The members. [batch, member, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="mean">Their mean. [batch, space]</param>
    /// <param name="deviations">What they depart from it by, over the climatology's deviation. [batch, member, field, point]</param>
    public T Members<T>(INetworkAlgebra<T> ops, T mean, T deviations) => ops.Add(
        ops.InsertAxis(mean, -2),
        ops.Multiply(_fields == 1 ? ops.RemoveAxis(deviations, -2) : ops.MergeLast(deviations), ops.Constant(context.Climatology.Deviation)));

    private static T Join<T>(INetworkAlgebra<T> ops, T[] parts) => parts is [var only] ? only : ops.Concat(-2, parts);

    private static IReadOnlyList<int[]> Offsets(AssimilationContext context, int reach)
    {
        IEnumerable<int[]> offsets = [[]];
        foreach (var _ in context.Grid?.Shape ?? [])
        {
            offsets = offsets.SelectMany(first => Enumerable.Range(-reach, (2 * reach) + 1).Select(last => (int[])[.. first, last]));
        }

        return [.. offsets];
    }

    private T Shifted<T>(INetworkAlgebra<T> ops, T a, int[] offset)
    {
        if (context.Grid is not { } grid)
        {
            return a;
        }

        var isSquare = grid.Shape.Count == 2;
        a = isSquare ? ops.SplitLast(a, grid.Shape[^1]) : a;
        for (var axis = 0; axis < offset.Length; axis++)
        {
            a = offset[axis] == 0 ? a : ops.Roll(a, axis - offset.Length, -offset[axis]);
        }

        a = isSquare ? ops.MergeLast(a) : a;
        return grid.IsPeriodic.All(periodic => periodic) ? a : ops.Multiply(a, ops.Constant(Within(offset)));
    }

    // 1 where the neighbour is on the grid, else 0. [point]
    private double[] Within(int[] offset)
    {
        var grid = context.Grid!;
        return [.. Enumerable.Range(0, grid.Size).Select(point =>
        {
            var (rest, isWithin) = (point, true);
            for (var axis = offset.Length - 1; axis >= 0; axis--)
            {
                var at = (rest % grid.Shape[axis]) + offset[axis];
                (rest, isWithin) = (rest / grid.Shape[axis], isWithin && (grid.IsPeriodic[axis] || (at >= 0 && at < grid.Shape[axis])));
            }

            return isWithin ? 1.0 : 0;
        })];
    }

    // The variance of an observation's error over the climatology's. [field, point]
    private T Noise<T>(INetworkAlgebra<T> ops)
    {
        IReadOnlyList<double> deviation = context.Climatology.Deviation;
        var noise = ops.Constant([.. Enumerable.Range(0, deviation.Count).Select(
            i => Math.Pow(context.Sigma * (context.Scales?[i] ?? 1) / deviation[i], 2))]);
        return _fields == 1 ? ops.InsertAxis(noise, -2) : ops.SplitLast(noise, context.Layout.Size / _fields);
    }
}
