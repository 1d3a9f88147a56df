using Coda.Data.Algebra;
using Coda.Data.Geometry;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>Convolutions over the sites around every site: round the periodic axes of the grid, 0 beyond its walls.</summary>
/// <remarks>Where entries are channels (<see cref="AssimilationContext.Channels"/>), kernels have one entry.</remarks>
internal static class SpaceConvolution
{
    /// <summary>The widths of a kernel, one for each axis of the grid.</summary>
    /// <param name="context">The task.</param>
    /// <param name="width">The width along each axis, odd.</param>
    public static int[] Widths(AssimilationContext context, int width) =>
        context.Grid is { } grid ? [.. Enumerable.Repeat(width, grid.Shape.Count)] : [1];

    /// <summary>Convolves. [batch, input, space] to [batch, output, space]; on a ring also [batch, input, time, space], every time by itself.</summary>
    /// <param name="context">The task.</param>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="a">The input.</param>
    /// <param name="kernel">The kernel, of <see cref="Widths"/>. [output, input, widths]</param>
    /// <param name="bias">The bias. [output]</param>
    /// <param name="dilation">The distance between two of the kernel's entries, in sites; 1 on any grid but a ring.</param>
    public static T Convolve<T>(this AssimilationContext context, INetworkAlgebra<T> ops, T a, T kernel, T bias, int dilation = 1)
    {
        if (context.Grid is not { IsPeriodicLine: false } grid)
        {
            return ops.Convolve(a, kernel, bias, dilation: dilation);
        }

        return grid.Shape.Count == 1
            ? ops.Add(ops.Convolve(a, kernel, Beyond(grid, 0)), ops.InsertAxis(bias, -1))
            : ops.MergeLast(ops.ConvolveGrid(ops.SplitLast(a, grid.Shape[^1]), kernel, bias, Beyond(grid, 0), Beyond(grid, 1))); // [batch, output, ny, nx]
    }

    /// <summary>What lies beyond the ends of a grid of one axis; of entries that are channels, nothing is read.</summary>
    /// <param name="context">The task.</param>
    public static Padding BeyondSites(this AssimilationContext context) => context.Grid is { } grid ? Beyond(grid, 0) : Padding.Zero;

    /// <summary>What lies beyond the ends of an axis.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="axis">The axis.</param>
    public static Padding Beyond(Grid grid, int axis) => grid.IsPeriodic[axis] ? Padding.Periodic : Padding.Zero;
}
