namespace Coda.Data.Algebra;

/// <summary>The shape of a convolution's result.</summary>
public static class ConvolutionShape
{
    /// <summary>The shape of <see cref="IAlgebra{T}.Convolve"/>'s result.</summary>
    /// <param name="a">The input's shape. [..., input, space] or [..., input, y, x]</param>
    /// <param name="kernel">The kernel's. [output, input, width] or [output, input, height, width]</param>
    /// <exception cref="ArgumentException">Another number of channels or axes, or a kernel that does not fit.</exception>
    public static int[] Of(int[] a, int[] kernel)
    {
        var axes = kernel.Length - 2;
        if (axes is not (1 or 2) || a.Length < axes + 1 || a[^(axes + 1)] != kernel[1] || a[^axes..].Zip(kernel[2..]).Any(p => p.First < p.Second))
        {
            throw new ArgumentException(
                "Expected [..., input, space] for a kernel [output, input, width] that fits, or [..., input, y, x] for [output, input, height, width], "
                + $"got [{string.Join(", ", a)}] and [{string.Join(", ", kernel)}].");
        }

        return [.. a[..^(axes + 1)], kernel[0], .. a[^axes..].Zip(kernel[2..], (size, width) => size - width + 1)];
    }
}
