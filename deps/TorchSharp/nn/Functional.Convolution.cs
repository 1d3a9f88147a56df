using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null,
                long? dilation = null, long groups = 1) =>
                Convolve(ConvOp.Conv1d, input, weight, bias, [stride ?? 1], [padding ?? 0], [dilation ?? 1], [0], groups);

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, long groups = 1) =>
                Convolve(ConvOp.Conv2d, input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), [0, 0], groups);

            public static Tensor conv_transpose1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null,
                long? output_padding = null, long? dilation = null, long groups = 1) => Convolve(
                ConvOp.ConvTranspose1d, input, weight, bias, [stride ?? 1], [padding ?? 0], [dilation ?? 1], [output_padding ?? 0], groups);

            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? output_padding = null, long[]? dilation = null, long groups = 1) => Convolve(
                ConvOp.ConvTranspose2d, input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), Pair(output_padding, 0), groups);

            public static Tensor max_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null,
                bool ceil_mode = false) =>
                Pool(PoolOp.Max1d, input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], [dilation ?? 1], ceil_mode, true);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) => Pool(
                PoolOp.Max2d, input, Pair(kernel_size, 1), Pair(strides ?? kernel_size, 1), Pair(padding, 0), Pair(dilation, 1), ceil_mode, true);

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null,
                bool ceil_mode = false) => max_pool2d(
                input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], [dilation ?? 1], ceil_mode);

            public static Tensor avg_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false,
                bool count_include_pad = true) =>
                Pool(PoolOp.Avg1d, input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], [1], ceil_mode, count_include_pad);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, (ReadOnlySpan<long>)pad, mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var widths = new long[2 * input.ndim];
                Array.Fill(widths, pad);
                return functional.pad(input, widths, mode, value);
            }

            /// <summary>Continues a tensor beyond its borders; widths begin with the last dimension: left, right, then the one before.</summary>
            public static unsafe Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                fixed (long* widths = pad)
                {
                    nint result = Native.ct_pad(input.Handle, widths, pad.Length, (int)mode, value);
                    GC.KeepAlive(input);
                    return Call.Wrap(result);
                }
            }

            private static long[] Pair(long[]? values, long otherwise) => values switch
            {
                null => [otherwise, otherwise],
                [long single] => [single, single],
                _ => values,
            };

            private static unsafe Tensor Convolve(ConvOp op, Tensor input, Tensor weight, Tensor? bias, ReadOnlySpan<long> stride,
                ReadOnlySpan<long> padding, ReadOnlySpan<long> dilation, ReadOnlySpan<long> outputPadding, long groups)
            {
                fixed (long* s = stride, p = padding, d = dilation, o = outputPadding)
                {
                    nint result = Native.ct_conv(op, input.Handle, weight.Handle, Call.HandleOrNull(bias), s, p, d, o, stride.Length, groups);
                    GC.KeepAlive(input);
                    GC.KeepAlive(weight);
                    GC.KeepAlive(bias);
                    return Call.Wrap(result);
                }
            }

            private static unsafe Tensor Pool(PoolOp op, Tensor input, ReadOnlySpan<long> kernel, ReadOnlySpan<long> stride,
                ReadOnlySpan<long> padding, ReadOnlySpan<long> dilation, bool ceil, bool countPad)
            {
                fixed (long* k = kernel, s = stride, p = padding, d = dilation)
                {
                    nint result = Native.ct_pool(op, input.Handle, k, s, p, d, kernel.Length, ceil ? 1 : 0, countPad ? 1 : 0);
                    GC.KeepAlive(input);
                    return Call.Wrap(result);
                }
            }
        }
    }
}
