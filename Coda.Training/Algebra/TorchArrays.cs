using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>Tensors from arrays, in memory of LibTorch's own, and arrays from tensors.</summary>
/// <remarks>
/// A tensor that TorchSharp makes of an array lies in the array itself, which begins at any multiple of 8 bytes. Matrix products of Intel's MKL round by where
/// their operands begin: one network gave eight different results in 2,000 evaluations on the same numbers, some 1E-7 apart. LibTorch's own memory begins at
/// multiples of 64, so that the same run gives the same bits. TorchSharp's way is banned (BannedSymbols.Torch.txt). Results belong to the innermost dispose
/// scope.
/// </remarks>
internal static class TorchArrays
{
    /// <summary>Copies values into a tensor of float32 on the CPU.</summary>
    /// <param name="values">The entries, row-major.</param>
    /// <param name="shape">The length of every axis; one axis by default.</param>
    /// <exception cref="ArgumentException">The shape wants another number of entries.</exception>
    public static Tensor Of(ReadOnlySpan<float> values, params long[] shape)
    {
        var own = empty(shape.Length == 0 ? [values.Length] : shape, dtype: float32);
        if (own.numel() != values.Length)
        {
            throw new ArgumentException($"Expected {own.numel()} entries for the shape [{string.Join(", ", shape)}], got {values.Length}.", nameof(values));
        }

        MemoryMarshal.AsBytes(values).CopyTo(own.bytes);
        return own;
    }

    /// <summary>Copies a tensor's entries to the start of an array, row-major.</summary>
    /// <param name="tensor">A tensor of float32, on any device.</param>
    /// <param name="target">Where to; at least as long.</param>
    /// <returns>How many entries that are.</returns>
    public static int Copy(Tensor tensor, Span<float> target)
    {
        using var scope = NewDisposeScope();
        var entries = MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes);
        entries.CopyTo(target);
        return entries.Length;
    }

    /// <summary>Copies values into a tensor that is there.</summary>
    /// <param name="tensor">A tensor of float32, on any device.</param>
    /// <param name="values">As many values, row-major.</param>
    public static void Overwrite(Tensor tensor, ReadOnlySpan<float> values)
    {
        if (tensor.device_type == TorchSharp.DeviceType.CPU && tensor.is_contiguous())
        {
            values.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
            return;
        }

        using var scope = NewDisposeScope();
        tensor.copy_(Of(values, tensor.shape));
    }

    /// <summary>Copies a tensor's entries out, row-major.</summary>
    /// <param name="tensor">A tensor of float32, on any device.</param>
    public static float[] Plain(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }
}
