namespace Coda.Data.Algebra;

/// <summary>The adjoints of <see cref="IAlgebra{T}.Convolve"/>.</summary>
/// <param name="ops">The algebra.</param>
/// <param name="adjoints">Its adjoints.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
internal sealed class ConvolutionAdjoint<T>(IAlgebra<T> ops, IAdjoints<T> adjoints)
{
    /// <summary>By the input: the convolution of the gradient, with zeros around it, and the kernel turned around.</summary>
    public T ByInput(T gradient, T kernel)
    {
        var widths = ops.ShapeOf(kernel)[2..];
        kernel = ops.Transpose(kernel, -widths.Length - 1, -widths.Length - 2); // [input, output, ...]
        for (var i = 0; i < widths.Length; i++)
        {
            var axis = i - widths.Length;
            gradient = ops.Pad(gradient, axis, widths[i] - 1, widths[i] - 1, Padding.Zero);
            kernel = Reverse(kernel, axis, widths[i]);
        }

        return ops.Convolve(gradient, kernel);
    }

    /// <summary>By the kernel: for each of its entries, the product of the gradient and what that entry met, summed over space and leading axes.</summary>
    public T ByKernel(T gradient, T input, int[] shape)
    {
        if (shape.Length == 3)
        {
            return Row(gradient, input, shape, 0);
        }

        var merged = ops.MergeLast(gradient);
        var rows = new T[shape[^2]];
        for (var y = 0; y < rows.Length; y++)
        {
            rows[y] = ops.InsertAxis(Row(merged, input, shape, y), -2);
        }

        return ops.Concat(-2, rows);
    }

    private T Row(T gradient, T input, int[] shape, int y)
    {
        var is2 = shape.Length == 4;
        var sizes = ops.ShapeOf(input);
        var entries = new T[shape[^1]];
        for (var x = 0; x < entries.Length; x++)
        {
            var met = ops.Slice(input, -1, x, sizes[^1] - shape[^1] + 1);
            met = is2 ? ops.MergeLast(ops.Slice(met, -2, y, sizes[^2] - shape[^2] + 1)) : met;
            entries[x] = ops.InsertAxis(adjoints.Outer(gradient, met, shape[..2]), -1); // [output, input, 1]
        }

        return ops.Concat(-1, entries);
    }

    private T Reverse(T kernel, int axis, int width)
    {
        int[] turned = [.. Enumerable.Range(0, width).Reverse()];
        return axis == -1 ? ops.Gather(kernel, turned) : ops.Transpose(ops.Gather(ops.Transpose(kernel, axis, -1), turned), axis, -1);
    }
}
