using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of an indexing expression.</summary>
    public struct TensorIndex
    {
        private IndexSpec _spec;
        private Tensor? _tensor;

        public static readonly TensorIndex Ellipsis = new() { _spec = { Kind = IndexSpec.EllipsisKind } };

        /// <summary>A new axis of length 1.</summary>
        public static readonly TensorIndex None = new() { _spec = { Kind = IndexSpec.NewAxisKind } };

        public static readonly TensorIndex Null = None;

        /// <summary>All of an axis.</summary>
        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            _spec =
            {
                Kind = IndexSpec.SliceKind,
                Start = start ?? IndexSpec.LeftOut,
                Stop = stop ?? IndexSpec.LeftOut,
                Step = step ?? IndexSpec.LeftOut,
            },
        };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end, null);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value,
            null);

        public static TensorIndex Bool(bool value) => new() { _spec = { Kind = IndexSpec.TruthKind, Start = value ? 1 : 0 } };
        public static TensorIndex Single(long? index) => new() { _spec = { Kind = IndexSpec.SingleKind, Start = index ?? 0 } };
        public static TensorIndex Tensor(Tensor tensor) => new() { _spec = { Kind = IndexSpec.TensorKind }, _tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>Never called: it makes overload resolution prefer indices to tensors.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        internal readonly Tensor? IndexTensor => _tensor;

        internal readonly IndexSpec Spec()
        {
            IndexSpec spec = _spec;
            if (_tensor is not null)
                spec.Tensor = _tensor.Handle;
            return spec;
        }
    }
}
