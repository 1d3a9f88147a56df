using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Call.Ints(IntsOp.Sum, this, Code(type));
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Call.Dims(DimsOp.Sum, this, dim, keepdim ? 1 : 0, Code(type));

        public Tensor mean() => Call.Unary(UnaryOp.Mean, this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Call.Dims(DimsOp.Mean, this, dimensions, keepdim ? 1 : 0, Code(type));

        public Tensor var(bool unbiased = true) => Call.Ints(IntsOp.Var, this, unbiased ? 1 : 0);
        public Tensor std(bool unbiased = true) => Call.Ints(IntsOp.Std, this, unbiased ? 1 : 0);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Var, dimensions, unbiased, keepdim, type);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Std, dimensions, unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Var, dimensions, unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Std, dimensions, unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Var, [dim], unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(DimsOp.Std, [dim], unbiased, keepdim, type);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false) => Call.Dims(DimsOp.AMax, this, dims, keepdim ? 1 : 0);
        public Tensor amax(long[] dims, bool keepdim = false) => amax((ReadOnlySpan<long>)dims, keepdim);
        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false) => Call.Dims(DimsOp.AMin, this, dims, keepdim ? 1 : 0);
        public Tensor amin(long[] dims, bool keepdim = false) => amin((ReadOnlySpan<long>)dims, keepdim);
        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims);

        public Tensor max() => Call.Unary(UnaryOp.Max, this);
        public Tensor min() => Call.Unary(UnaryOp.Min, this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Call.Pair(PairOp.Max, this, dim, keepdim ? 1 : 0);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Call.Pair(PairOp.Min, this, dim, keepdim ? 1 : 0);
        public Tensor argmax() => Call.Unary(UnaryOp.ArgMax, this);
        public Tensor argmin() => Call.Unary(UnaryOp.ArgMin, this);
        public Tensor argmax(long dim, bool keepdim = false) => Call.Ints(IntsOp.ArgMax, this, dim, keepdim ? 1 : 0);
        public Tensor argmin(long dim, bool keepdim = false) => Call.Ints(IntsOp.ArgMin, this, dim, keepdim ? 1 : 0);
        public Tensor median() => Call.Unary(UnaryOp.Median, this);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false) =>
            Call.Pair(PairOp.Sort, this, dim, descending ? 1 : 0);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Call.Pair(PairOp.TopK, this, dim, largest ? 1 : 0, k, sorted ? 1 : 0);

        public Tensor prod(ScalarType? type = null) => Call.Ints(IntsOp.Prod, this, Code(type));

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Call.Ints(IntsOp.ProdDim, this, dim, keepdim ? 1 : 0, Code(type));

        public Tensor all() => Call.Unary(UnaryOp.All, this);
        public Tensor all(long dim, bool keepdim = false) => Call.Ints(IntsOp.All, this, dim, keepdim ? 1 : 0);
        public Tensor any() => Call.Unary(UnaryOp.Any, this);
        public Tensor any(long dim, bool keepdim = false) => Call.Ints(IntsOp.Any, this, dim, keepdim ? 1 : 0);
        public Tensor logsumexp(long dim, bool keepdim = false) => Call.Ints(IntsOp.LogSumExp, this, dim, keepdim ? 1 : 0);
        public Tensor cumsum(long dim, ScalarType? type = null) => Call.Ints(IntsOp.CumSum, this, dim, Code(type));
        public Tensor cumprod(long dim, ScalarType? type = null) => Call.Ints(IntsOp.CumProd, this, dim, Code(type));

        public Tensor norm(float p = 2.0f) => Norm(p, [], false);
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Norm(p, [dim], keepdim);

        internal unsafe Tensor Norm(double p, ReadOnlySpan<long> dims, bool keepdim)
        {
            fixed (long* list = dims)
            {
                nint result = Native.ct_norm(Handle, p, list, dims.Length, keepdim ? 1 : 0);
                GC.KeepAlive(this);
                return Call.Wrap(result);
            }
        }

        private Tensor Spread(DimsOp op, ReadOnlySpan<long> dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            if (type is null)
                return Call.Dims(op, this, dims, unbiased ? 1 : 0, keepdim ? 1 : 0);
            using Tensor converted = to(type.Value);
            return Call.Dims(op, converted, dims, unbiased ? 1 : 0, keepdim ? 1 : 0);
        }
    }
}
