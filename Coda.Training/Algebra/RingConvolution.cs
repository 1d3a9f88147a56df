using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Coda.Training.Algebra;

/// <summary>A convolution round a ring in float32 on the CPU, by one thread, with a gradient of its own.</summary>
/// <remarks>
/// Sites are rows whose channels lie beside each other. With its ends repeated, a ring of them is at once the matrix of all windows, every row beginning one
/// site after the one before: a convolution is one product without a copy (<see cref="StridedProduct"/>), its gradient by the input another, with the
/// mirrored kernel, and that by the kernel a third. Each ring is worked through while it lies in the cache.
/// </remarks>
internal sealed unsafe class RingConvolution : autograd.SingleTensorFunction<RingConvolution>
{
    /// <inheritdoc/>
    public override string Name => nameof(RingConvolution);

    /// <summary>Whether a convolution is one for this class, and not for LibTorch.</summary>
    /// <param name="a">The input. [batch, input, space]</param>
    /// <param name="kernel">The kernel. [output, input, width]</param>
    public static bool Suits(Tensor a, Tensor kernel) =>
        StridedProduct.IsFast && a.dim() == 3 && kernel.dim() == 3 && IsPlain(a) && IsPlain(kernel) && a.shape[1] == kernel.shape[1]
        && kernel.shape[2] % 2 == 1 && kernel.shape[2] / 2 <= a.shape[2] && IsWhole(kernel.shape[0])
        && (IsWhole(kernel.shape[1]) || (kernel.shape[2] == 1 && !a.requires_grad)) && get_num_threads() == 1;

    /// <summary>Convolves. [batch, input, space] to [batch, output, space], channels beside each other in memory.</summary>
    /// <param name="a">The input.</param>
    /// <param name="kernel">The kernel. [output, input, width], width odd</param>
    /// <param name="bias">The bias, float32. [output]</param>
    /// <exception cref="ArgumentException">The bias does not go with the kernel.</exception>
    public static Tensor Of(Tensor a, Tensor kernel, Tensor bias)
    {
        if (!IsPlain(bias) || bias.dim() != 1 || bias.shape[0] != kernel.shape[0])
        {
            throw new ArgumentException(
                $"Expected a bias of {kernel.shape[0]} numbers of float32 on the CPU, got {bias.dtype} [{string.Join(", ", bias.shape)}].", nameof(bias));
        }

        var rows = a.transpose(1, 2);
        return apply(kernel.shape[2] == 1 && a.is_contiguous() ? rows : rows.contiguous(), kernel, bias.contiguous()).transpose(1, 2);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (rows, kernel, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (outputs, inputs, width) = ((int)kernel.shape[0], (int)kernel.shape[1], (int)kernel.shape[2]);
        var (batch, space, weights) = ((int)rows.shape[0], (int)rows.shape[1], kernel.permute(2, 1, 0).contiguous());
        var windows = width == 1 ? rows : empty(batch, space + width - 1, inputs);
        var result = empty(batch, space, outputs);
        float* given = Start(rows), from = Start(windows), to = Start(result);
        for (var ring = 0; ring < batch; ring++, given += space * inputs, from += windows.stride(0), to += space * outputs)
        {
            if (width > 1)
            {
                Repeat(given, from, space * inputs, width / 2 * inputs);
            }

            StridedProduct.Multiply(
                from, (nint)windows.stride(1), (nint)windows.stride(2), Start(weights), Start(bias), 0, to, space, width * inputs, outputs);
        }

        // They are saved after the return. A third entry says that the input wants a gradient, too.
        ctx.save_for_backward(rows.requires_grad ? [windows, kernel, kernel] : [windows, kernel]);
        if (width > 1)
        {
            windows.MoveToOuterDisposeScope();
        }

        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (windows, kernel, gradient) = (saved[0], saved[1], grad_output.contiguous());
        var (outputs, inputs, width) = ((int)kernel.shape[0], (int)kernel.shape[1], (int)kernel.shape[2]);
        var (batch, space) = ((int)gradient.shape[0], (int)gradient.shape[1]);
        var byRows = saved.Count > 2 ? ByRows(gradient, kernel.flip(2).permute(2, 0, 1).contiguous(), width) : null;
        var (byWeights, byBias) = (zeros(width, inputs, outputs), new float[outputs]);
        float* from = Start(windows), by = Start(gradient), sums = Start(byWeights);
        for (var ring = 0; ring < batch; ring++, from += windows.stride(0), by += space * outputs)
        {
            StridedProduct.Multiply(
                from, (nint)windows.stride(2), (nint)windows.stride(1), by, sums, outputs, sums, width * inputs, space, outputs);
            for (var site = 0; site < space; site++)
            {
                TensorPrimitives.Add(byBias, new ReadOnlySpan<float>(by + (site * outputs), outputs), byBias);
            }
        }

        var byKernel = byWeights.permute(2, 1, 0).contiguous();
        return [byRows!, byKernel.MoveToOuterDisposeScope(), TorchArrays.Of(byBias).MoveToOuterDisposeScope()];
    }

    // The convolution of the output's gradient by the mirrored kernel. [batch, space, input]
    private static Tensor ByRows(Tensor gradient, Tensor mirrored, int width)
    {
        var (batch, space, outputs, inputs) = ((int)gradient.shape[0], (int)gradient.shape[1], (int)gradient.shape[2], (int)mirrored.shape[2]);
        var (result, windows, zero) = (empty(batch, space, inputs), empty(space + width - 1, outputs), zeros(inputs));
        float* by = Start(gradient), to = Start(result);
        for (var ring = 0; ring < batch; ring++, by += space * outputs, to += space * inputs)
        {
            Repeat(by, Start(windows), space * outputs, width / 2 * outputs);
            StridedProduct.Multiply(Start(windows), outputs, 1, Start(mirrored), Start(zero), 0, to, space, width * outputs, inputs);
        }

        return result.MoveToOuterDisposeScope();
    }

    // A ring with its last entries before it and its first behind it.
    private static void Repeat(float* ring, float* to, int length, int ends)
    {
        var all = new ReadOnlySpan<float>(ring, length);
        all[^ends..].CopyTo(new Span<float>(to, ends));
        all.CopyTo(new Span<float>(to + ends, length));
        all[..ends].CopyTo(new Span<float>(to + ends + length, ends));
    }

    private static bool IsPlain(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    private static bool IsWhole(long channels) => channels % 16 == 0;

    // Rows whose sites lie beside each other are the transpose of something contiguous.
    private static float* Start(Tensor tensor) => (float*)Unsafe.AsPointer(
        ref MemoryMarshal.GetReference((tensor.is_contiguous() ? tensor : tensor.transpose(1, 2)).bytes));
}
