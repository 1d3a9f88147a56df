using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Call.Dims(DimsOp.View, this, shape);
        public Tensor view_as(Tensor other) => view(other.shape);
        public Tensor reshape(params long[] shape) => Call.Dims(DimsOp.Reshape, this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call.Ints(IntsOp.Flatten, this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => Call.Dims(DimsOp.Unflatten, this, sizes, dim);
        public Tensor ravel() => flatten();
        public Tensor permute(params long[] permutation) => Call.Dims(DimsOp.Permute, this, permutation);
        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());
        public Tensor transpose(long dim0, long dim1) => Call.Ints(IntsOp.Transpose, this, dim0, dim1);
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);
        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);
        public Tensor t() => Call.Unary(UnaryOp.T, this);
        public Tensor T => Call.Unary(UnaryOp.ReverseDims, this);
        public Tensor mT => Call.Unary(UnaryOp.MT, this);
        public Tensor unsqueeze(long dim) => Call.Ints(IntsOp.Unsqueeze, this, dim);

        public Tensor squeeze(long? dim = null) =>
            dim is { } d ? Call.Ints(IntsOp.Squeeze, this, d) : Call.Unary(UnaryOp.Squeeze, this);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Call.Dims(DimsOp.Expand, this, sizes, isImplicit ? 1 : 0);
        public Tensor expand(long[] sizes, bool isImplicit = false) => expand((ReadOnlySpan<long>)sizes, isImplicit);
        public Tensor expand(params long[] sizes) => expand((ReadOnlySpan<long>)sizes);
        public Tensor expand_as(Tensor other) => Call.Binary(BinaryOp.ExpandAs, this, other);
        public Tensor broadcast_to(params long[] shape) => Call.Dims(DimsOp.BroadcastTo, this, shape);
        public Tensor repeat(params long[] sizes) => Call.Dims(DimsOp.Repeat, this, sizes);
        public Tensor tile(long[] reps) => Call.Dims(DimsOp.Tile, this, reps);

        public Tensor repeat_interleave(long repeats, long? dim = null) =>
            Call.Ints(IntsOp.RepeatInterleave, dim is null ? flatten() : this, repeats, dim is { } d ? (d < 0 ? d + ndim : d) : -1);

        public Tensor flip(params long[] dims) => Call.Dims(DimsOp.Flip, this, dims);
        public Tensor movedim(long[] source, long[] destination) => Call.Dims(Dims2Op.MoveDim, this, source, destination);
        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) =>
            Call.Dims(Dims2Op.AsStrided, this, size, strides, storageOffset);

        public Tensor contiguous() => Call.Unary(UnaryOp.Contiguous, this);
        public Tensor clone() => Call.Unary(UnaryOp.Clone, this);
        public Tensor alias() => Call.Unary(UnaryOp.Alias, this);

        public Tensor roll(long shifts, long? dims = null) =>
            dims is { } dim ? Call.Ints(IntsOp.Roll, this, shifts, dim) : Call.Dims(Dims2Op.Roll, this, [shifts], []);

        public Tensor roll((long, long) shifts, (long, long) dims) =>
            Call.Dims(Dims2Op.Roll, this, [shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            Call.Dims(Dims2Op.Roll, this, [shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);

        public Tensor roll(long[] shifts, long[] dims) => Call.Dims(Dims2Op.Roll, this, shifts, dims);
        public Tensor roll(long[] shifts) => Call.Dims(Dims2Op.Roll, this, shifts, [0L]);
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Call.Dims(Dims2Op.Roll, this, shifts, dims);

        public Tensor diag(long diagonal = 0) => Call.Ints(IntsOp.Diag, this, diagonal);
        public Tensor diag_embed(long offset = 0L, long dim1 = -2L, long dim2 = -1L) => Call.Ints(IntsOp.DiagEmbed, this, offset, dim1, dim2);
        public Tensor diagonal(long offset = 0L, long dim1 = 0L, long dim2 = 1L) => Call.Ints(IntsOp.Diagonal, this, offset, dim1, dim2);
        public Tensor tril(long diagonal = 0) => Call.Ints(IntsOp.Tril, this, diagonal);
        public Tensor triu(long diagonal = 0) => Call.Ints(IntsOp.Triu, this, diagonal);
        public Tensor unfold(long dimension, long size, long step) => Call.Ints(IntsOp.Unfold, this, dimension, size, step);

        public Tensor[] split(long size, int dim = 0) => Call.Split(SplitOp.Pieces, this, [size], dim);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Call.Split(SplitOp.Sizes, this, sizes, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Call.Split(SplitOp.Sizes, this, sizes, dim);
        public Tensor[] split(params long[] sizes) => Call.Split(SplitOp.Sizes, this, sizes, 0);
        public Tensor[] chunk(long chunks, long dim = 0L) => Call.Split(SplitOp.Chunk, this, [chunks], dim);
        public Tensor[] unbind(long dimension = 0L) => Call.Split(SplitOp.Unbind, this, [], dimension);
    }
}
