namespace TorchSharp.Modules
{
    /// <summary>A tensor that is trained. It takes the native tensor over from the one it is made of, which becomes invalid.</summary>
    public class Parameter : torch.Tensor
    {
        public Parameter(torch.Tensor data, bool requires_grad = true)
            : base(data.with_requires_grad(requires_grad).MoveHandle(), false) => DisposeScope.Replace(data, this);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

            /// <summary>Work on the gradients of parameters.</summary>
            public static partial class utils
            {
                /// <summary>Scales the gradients so that their common norm is at most max_norm; returns the norm before.</summary>
                public static unsafe double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2.0)
                {
                    Modules.Parameter[] list = [.. tensors];
                    double norm;
                    fixed (nint* handles = Interop.Call.Handles(list))
                    {
                        int status = Interop.Native.ct_clip_grad_norm_(handles, list.Length, max_norm, norm_type, &norm);
                        GC.KeepAlive(list);
                        Interop.Call.Check(status);
                    }
                    return norm;
                }

                /// <summary>Clamps every element of the gradients to [-clip_value, clip_value].</summary>
                public static void clip_grad_value_(IEnumerable<Modules.Parameter> tensors, double clip_value)
                {
                    using IDisposable noGrad = no_grad();
                    foreach (Modules.Parameter parameter in tensors)
                    {
                        using Tensor? grad = parameter.grad;
                        grad?.clamp_((Scalar)(-clip_value), (Scalar)clip_value);
                    }
                }
            }
        }
    }
}
