namespace Coda.Data.Algebra;

/// <summary>Operations composed of those of <see cref="IAlgebra{T}"/>.</summary>
public static class AlgebraExtensions
{
    /// <summary>An array with its algebra, so that equations can be written with operators.</summary>
    public static Field<T> Field<T>(this IAlgebra<T> ops, T value) => new(ops, value);

    /// <summary>Periodic shift along the last axis: entry k of the result is entry k - <paramref name="shift"/> of a.</summary>
    public static T Roll<T>(this IAlgebra<T> ops, T a, int shift) => ops.Roll(a, -1, shift);

    /// <summary>An axis made longer at both ends.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="a">The array.</param>
    /// <param name="axis">The axis, from the end; its length is known.</param>
    /// <param name="before">How many entries come before; at most the axis's length where it is periodic.</param>
    /// <param name="after">How many come after; likewise.</param>
    /// <param name="padding">What they are.</param>
    /// <exception cref="ArgumentException">The axis is periodic and too short.</exception>
    public static T Pad<T>(this IAlgebra<T> ops, T a, int axis, int before, int after, Padding padding)
    {
        var size = ops.ShapeOf(a)[^-axis];
        if (size < 1 || (padding == Padding.Periodic && Math.Max(before, after) > size))
        {
            throw new ArgumentException($"Expected an axis of at least {Math.Max(1, Math.Max(before, after))} entries to pad, got {size}.");
        }

        var parts = new List<T>(before + 1 + after);
        Side(before, first: true);
        parts.Add(a);
        Side(after, first: false);
        return parts.Count == 1 ? a : ops.Concat(axis, [.. parts]);

        void Side(int count, bool first)
        {
            if (count > 0 && padding == Padding.Periodic)
            {
                parts.Add(ops.Slice(a, axis, first ? size - count : 0, count));
            }
            else if (count > 0)
            {
                var end = ops.Slice(a, axis, first ? 0 : size - 1, 1);
                parts.AddRange(Enumerable.Repeat(padding == Padding.Zero ? ops.Scale(end, 0) : end, count));
            }
        }
    }

    /// <summary>Convolution along the last axes that keeps their lengths: <see cref="IAlgebra{T}.Convolve"/> of what is padded by half a kernel.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="a">The input. [..., input, space] or [..., input, y, x]</param>
    /// <param name="kernel">The kernel, of odd widths. [output, input, width] or [output, input, height, width]</param>
    /// <param name="padding">What lies beyond the ends of each axis of space, in their order.</param>
    /// <returns>The result. [..., output, space] or [..., output, y, x]</returns>
    /// <exception cref="ArgumentException">Other axes than the kernel has, an even width, or a periodic axis shorter than half the kernel.</exception>
    public static T Convolve<T>(this IAlgebra<T> ops, T a, T kernel, params ReadOnlySpan<Padding> padding)
    {
        var widths = ops.ShapeOf(kernel)[2..];
        if (widths.Length != padding.Length || widths.Any(width => width % 2 == 0))
        {
            throw new ArgumentException(
                $"Expected a kernel of {padding.Length} odd widths, one for each axis that is padded, got the widths [{string.Join(", ", widths)}].");
        }

        for (var i = 0; i < padding.Length; i++)
        {
            a = ops.Pad(a, i - padding.Length, widths[i] / 2, widths[i] / 2, padding[i]);
        }

        return ops.Convolve(a, kernel);
    }
}
