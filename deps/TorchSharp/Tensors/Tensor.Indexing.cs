using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => Call.Ints(IntsOp.Select, this, 0, i1);
            set => Put([i1], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => Get([i1, i2]);
            set => Put([i1, i2], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => Get([i1, i2, i3]);
            set => Put([i1, i2, i3], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Get([i1, i2, i3, i4]);
            set => Put([i1, i2, i3, i4], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => Get(indices);
            set => Put(indices, value);
        }

        public Tensor index(params TensorIndex[] indices) => Index(indices);
        public Tensor index(params Tensor[] indices) => Index(Wrap(indices));
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => IndexPut(indices, value, Num.None, false);
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false) => IndexPut(indices, value, Num.None, accumulate);
        public Tensor index_put_(Tensor value, params Tensor[] indices) => IndexPut(Wrap(indices), value, Num.None, false);
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => IndexPut(Wrap(indices), value, Num.None, accumulate);
        public Tensor index_put_(Scalar value, params TensorIndex[] indices) => IndexPut(indices, null, value.Value, false);
        public Tensor index_put_(Scalar value, params Tensor[] indices) => IndexPut(Wrap(indices), null, value.Value, false);

        public Tensor narrow(long dim, long start, long length) => Call.Ints(IntsOp.Narrow, this, dim, start, length);
        public Tensor select(long dim, long index) => Call.Ints(IntsOp.Select, this, dim, index);

        public Tensor slice(long dim, long start, long finish, long step) => step < 1
            ? throw new ArgumentException($"step is {step}, but it should always be positive.")
            : Call.Ints(IntsOp.Slice, this, dim, start, finish, step);

        public Tensor index_select(long dim, Tensor index) => Call.Along(AlongOp.IndexSelect, this, dim, index, null, Num.None);
        public Tensor gather(long dim, Tensor index) => Call.Along(AlongOp.Gather, this, dim, index, null, Num.None);
        public Tensor take_along_dim(Tensor indices, long dim) => Call.Along(AlongOp.TakeAlongDim, this, dim, indices, null, Num.None);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Call.Along(AlongOp.Scatter, this, dim, index, src, Num.None);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Call.InPlace(AlongOp.Scatter, this, dim, index, src, Num.None);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Call.Along(AlongOp.ScatterAdd, this, dim, index, src, Num.None);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Call.InPlace(AlongOp.ScatterAdd, this, dim, index, src, Num.None);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Call.Along(AlongOp.IndexAdd, this, dim, index, source, alpha.Value);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Call.InPlace(AlongOp.IndexAdd, this, dim, index, source, alpha.Value);

        public Tensor masked_fill(Tensor mask, Scalar value) => Call.Ternary(TernaryOp.MaskedFill, this, mask, null, value.Value);
        public Tensor masked_select(Tensor mask) => Call.Binary(BinaryOp.MaskedSelect, this, mask);
        public Tensor nonzero() => Call.Unary(UnaryOp.NonZero, this);

        private static TensorIndex[] Wrap(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        private unsafe Tensor Get(ReadOnlySpan<long> indices)
        {
            IndexSpec* specs = stackalloc IndexSpec[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                specs[i] = new IndexSpec { Start = indices[i] };
            nint result = Native.ct_index(Handle, specs, indices.Length);
            GC.KeepAlive(this);
            return Call.Wrap(result);
        }

        private unsafe void Put(ReadOnlySpan<long> indices, Tensor value)
        {
            IndexSpec* specs = stackalloc IndexSpec[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                specs[i] = new IndexSpec { Start = indices[i] };
            int status = Native.ct_index_put_(Handle, specs, indices.Length, value.Handle, Num.None, 0);
            GC.KeepAlive(this);
            GC.KeepAlive(value);
            Call.Check(status);
        }

        private unsafe Tensor Index(TensorIndex[] indices)
        {
            IndexSpec* specs = stackalloc IndexSpec[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                specs[i] = indices[i].Spec();
            nint result = Native.ct_index(Handle, specs, indices.Length);
            GC.KeepAlive(this);
            KeepAlive(indices);
            return Call.Wrap(result);
        }

        private unsafe Tensor IndexPut(TensorIndex[] indices, Tensor? value, Num number, bool accumulate)
        {
            IndexSpec* specs = stackalloc IndexSpec[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                specs[i] = indices[i].Spec();
            int status = Native.ct_index_put_(Handle, specs, indices.Length, Call.HandleOrNull(value), number, accumulate ? 1 : 0);
            GC.KeepAlive(this);
            GC.KeepAlive(value);
            KeepAlive(indices);
            Call.Check(status);
            return this;
        }

        private static void KeepAlive(TensorIndex[] indices)
        {
            foreach (TensorIndex index in indices)
                GC.KeepAlive(index.IndexTensor);
        }
    }
}
