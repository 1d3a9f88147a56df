using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-5)
            {
                nint result = Native.ct_batch_norm(input.Handle, Call.HandleOrNull(running_mean), Call.HandleOrNull(running_var),
                    Call.HandleOrNull(weight), Call.HandleOrNull(bias), training ? 1 : 0, momentum, eps);
                GC.KeepAlive(input);
                GC.KeepAlive(running_mean);
                GC.KeepAlive(running_var);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return Call.Wrap(result);
            }

            public static unsafe Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null,
                double eps = 1e-5)
            {
                fixed (long* shape = normalized_shape)
                {
                    nint result = Native.ct_layer_norm(input.Handle, shape, normalized_shape.Length, Call.HandleOrNull(weight),
                        Call.HandleOrNull(bias), eps);
                    GC.KeepAlive(input);
                    GC.KeepAlive(weight);
                    GC.KeepAlive(bias);
                    return Call.Wrap(result);
                }
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
            {
                nint result = Native.ct_group_norm(input.Handle, num_groups, Call.HandleOrNull(weight), Call.HandleOrNull(bias), eps);
                GC.KeepAlive(input);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return Call.Wrap(result);
            }
        }
    }
}
