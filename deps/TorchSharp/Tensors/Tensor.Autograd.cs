using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                int value = Native.ct_requires_grad(Handle);
                GC.KeepAlive(this);
                return value != 0;
            }

            set
            {
                int status = Native.ct_set_requires_grad(Handle, value ? 1 : 0);
                GC.KeepAlive(this);
                Call.Check(status);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of a tensor that is no leaf.</summary>
        public void retain_grad()
        {
            int status = Native.ct_retain_grad(Handle);
            GC.KeepAlive(this);
            Call.Check(status);
        }

        public bool is_leaf
        {
            get
            {
                int value = Native.ct_is_leaf(Handle);
                GC.KeepAlive(this);
                return value != 0;
            }
        }

        /// <summary>
        /// The gradient accumulated so far, null before the first. Each reading makes a new handle, which the reader's scope disposes.
        /// </summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint result;
                int status = Native.ct_get_grad(Handle, &result);
                GC.KeepAlive(this);
                Call.Check(status);
                return result == 0 ? null : new Tensor(result);
            }

            set
            {
                int status = Native.ct_set_grad(Handle, Call.HandleOrNull(value));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
                Call.Check(status);
            }
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => Call.Unary(UnaryOp.Detach, this);
        public Tensor detach_() => Call.InPlace(InPlaceOp.Detach, this);
    }
}
