using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor zero_() => Call.InPlace(InPlaceOp.Zero, this);
        public Tensor fill_(Scalar value) => Call.InPlace(InPlaceScalarOp.Fill, this, value.Value);
        public Tensor set_(Tensor source) => Call.InPlace(InPlaceBinaryOp.Set, this, source);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Call.InPlace(TernaryOp.MaskedFill, this, mask, null, value.Value);

        /// <summary>Copies the elements of another tensor, converted and broadcast to this one.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            int status = Native.ct_copy_(Handle, source.Handle, nonBlocking ? 1 : 0);
            GC.KeepAlive(this);
            GC.KeepAlive(source);
            Call.Check(status);
            return this;
        }

        public Tensor uniform_(double from, double to) => Random(RandomOp.Uniform, from, to);
        public Tensor normal_(double mean = 0.0, double std = 1.0) => Random(RandomOp.Normal, mean, std);
        public Tensor bernoulli_(double p = 0.5) => Random(RandomOp.Bernoulli, p);
        public Tensor exponential_(double lambda = 1.0) => Random(RandomOp.Exponential, lambda);

        private Tensor Random(RandomOp op, double first, double second = 0)
        {
            int status = Native.ct_random_(op, Handle, first, second);
            GC.KeepAlive(this);
            Call.Check(status);
            return this;
        }
    }
}
