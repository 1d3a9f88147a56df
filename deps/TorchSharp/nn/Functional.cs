using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>How a tensor is continued beyond its borders.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>How the elements of a loss are put together.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <summary>Layers as functions.</summary>
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null)
            {
                nint result = Native.ct_linear(input.Handle, weights.Handle, Call.HandleOrNull(bias));
                GC.KeepAlive(input);
                GC.KeepAlive(weights);
                GC.KeepAlive(bias);
                return Call.Wrap(result);
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().alias() : x.silu();
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().alias() : x.sigmoid();
            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? input.leaky_relu_(negative_slope).alias() : input.leaky_relu(negative_slope);

            public static Tensor elu(Tensor x, double alpha) => x.elu(alpha);
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20)
            {
                nint result = Native.ct_softplus(x.Handle, beta, threshold);
                GC.KeepAlive(x);
                return Call.Wrap(result);
            }

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (inplace)
                {
                    int status = Native.ct_dropout_(input.Handle, p, training ? 1 : 0);
                    GC.KeepAlive(input);
                    Call.Check(status);
                    return input.alias();
                }
                nint result = Native.ct_dropout(input.Handle, p, training ? 1 : 0);
                GC.KeepAlive(input);
                return Call.Wrap(result);
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Loss(LossOp.Mse, input, target, reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Loss(LossOp.L1, input, target, reduction);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0) =>
                Loss(LossOp.SmoothL1, input, target, reduction, beta);

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0, Reduction reduction = Reduction.Mean) =>
                Loss(LossOp.Huber, input, target, reduction, delta);

            private static Tensor Loss(LossOp op, Tensor input, Tensor target, Reduction reduction, double parameter = 0)
            {
                nint result = Native.ct_loss(op, input.Handle, target.Handle, (long)reduction, parameter);
                GC.KeepAlive(input);
                GC.KeepAlive(target);
                return Call.Wrap(result);
            }
        }
    }
}
