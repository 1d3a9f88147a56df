using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Call.Binary(BinaryOp.Eq, this, target);
        public Tensor eq(Scalar target) => Call.Scalar(ScalarOp.Eq, this, target.Value);
        public Tensor ne(Tensor target) => Call.Binary(BinaryOp.Ne, this, target);
        public Tensor ne(Scalar target) => Call.Scalar(ScalarOp.Ne, this, target.Value);
        public Tensor lt(Tensor target) => Call.Binary(BinaryOp.Lt, this, target);
        public Tensor lt(Scalar target) => Call.Scalar(ScalarOp.Lt, this, target.Value);
        public Tensor le(Tensor target) => Call.Binary(BinaryOp.Le, this, target);
        public Tensor le(Scalar target) => Call.Scalar(ScalarOp.Le, this, target.Value);
        public Tensor gt(Tensor target) => Call.Binary(BinaryOp.Gt, this, target);
        public Tensor gt(Scalar target) => Call.Scalar(ScalarOp.Gt, this, target.Value);
        public Tensor ge(Tensor target) => Call.Binary(BinaryOp.Ge, this, target);
        public Tensor ge(Scalar target) => Call.Scalar(ScalarOp.Ge, this, target.Value);
        public Tensor equal(Tensor target) => eq(target);
        public Tensor not_equal(Tensor target) => ne(target);
        public Tensor less(Tensor target) => lt(target);
        public Tensor less_equal(Tensor target) => le(target);
        public Tensor greater(Tensor target) => gt(target);
        public Tensor greater_equal(Tensor target) => ge(target);
        public Tensor logical_and(Tensor other) => Call.Binary(BinaryOp.LogicalAnd, this, other);
        public Tensor logical_or(Tensor other) => Call.Binary(BinaryOp.LogicalOr, this, other);
        public Tensor logical_xor(Tensor other) => Call.Binary(BinaryOp.LogicalXor, this, other);
        public Tensor bitwise_and(Tensor other) => Call.Binary(BinaryOp.BitwiseAnd, this, other);
        public Tensor bitwise_or(Tensor other) => Call.Binary(BinaryOp.BitwiseOr, this, other);
        public Tensor bitwise_xor(Tensor other) => Call.Binary(BinaryOp.BitwiseXor, this, other);
        public Tensor logical_and_(Tensor other) => Call.InPlace(InPlaceBinaryOp.LogicalAnd, this, other);
        public Tensor logical_or_(Tensor other) => Call.InPlace(InPlaceBinaryOp.LogicalOr, this, other);

        /// <summary>True where |this - target| is at most atol + rtol |target| everywhere.</summary>
        public unsafe bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            int result;
            int status = Native.ct_allclose(Handle, target.Handle, rtol, atol, equal_nan ? 1 : 0, &result);
            GC.KeepAlive(this);
            GC.KeepAlive(target);
            Call.Check(status);
            return result != 0;
        }
    }
}
