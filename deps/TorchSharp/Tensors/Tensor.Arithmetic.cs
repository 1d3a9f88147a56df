using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    public partial class Tensor
    {
        public Tensor add(Tensor target) => Call.Binary(BinaryOp.Add, this, target);
        public Tensor add(Tensor target, Scalar alpha) => Call.Ternary(TernaryOp.AddScaled, this, target, null, alpha.Value);
        public Tensor add(Scalar scalar) => Call.Scalar(ScalarOp.Add, this, scalar.Value);
        public Tensor add(Scalar scalar, Scalar alpha) => Call.Scalar(ScalarOp.Add, this, Product(scalar, alpha));
        public Tensor add_(Tensor target) => Call.InPlace(InPlaceBinaryOp.Add, this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Call.InPlace(TernaryOp.AddScaled, this, target, null, alpha.Value);
        public Tensor add_(Scalar scalar) => Call.InPlace(InPlaceScalarOp.Add, this, scalar.Value);
        public Tensor add_(Scalar scalar, Scalar alpha) => Call.InPlace(InPlaceScalarOp.Add, this, Product(scalar, alpha));

        public Tensor sub(Tensor target) => Call.Binary(BinaryOp.Sub, this, target);
        public Tensor sub(Scalar target) => Call.Scalar(ScalarOp.Sub, this, target.Value);
        public Tensor sub_(Tensor target) => Call.InPlace(InPlaceBinaryOp.Sub, this, target);
        public Tensor sub_(Scalar target) => Call.InPlace(InPlaceScalarOp.Sub, this, target.Value);
        public Tensor subtract(Tensor target) => sub(target);
        public Tensor subtract(Scalar target) => sub(target);
        public Tensor subtract_(Tensor target) => sub_(target);
        public Tensor subtract_(Scalar target) => sub_(target);

        public Tensor mul(Tensor target) => Call.Binary(BinaryOp.Mul, this, target);
        public Tensor mul(Scalar target) => Call.Scalar(ScalarOp.Mul, this, target.Value);
        public Tensor mul_(Tensor target) => Call.InPlace(InPlaceBinaryOp.Mul, this, target);
        public Tensor mul_(Scalar target) => Call.InPlace(InPlaceScalarOp.Mul, this, target.Value);
        public Tensor multiply(Tensor target) => mul(target);
        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Call.Binary(
            rounding_mode switch { RoundingMode.trunc => BinaryOp.DivTrunc, RoundingMode.floor => BinaryOp.DivFloor, _ => BinaryOp.Div },
            this, target);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Call.Scalar(
            rounding_mode switch { RoundingMode.trunc => ScalarOp.DivTrunc, RoundingMode.floor => ScalarOp.DivFloor, _ => ScalarOp.Div },
            this, target.Value);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Call.InPlace(
            rounding_mode switch
            {
                RoundingMode.trunc => InPlaceBinaryOp.DivTrunc,
                RoundingMode.floor => InPlaceBinaryOp.DivFloor,
                _ => InPlaceBinaryOp.Div,
            },
            this, target);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Call.InPlace(
            rounding_mode switch
            {
                RoundingMode.trunc => InPlaceScalarOp.DivTrunc,
                RoundingMode.floor => InPlaceScalarOp.DivFloor,
                _ => InPlaceScalarOp.Div,
            },
            this, target.Value);

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor true_divide(Tensor other) => div(other);
        public Tensor true_divide(Scalar other) => div(other);
        public Tensor floor_divide(Tensor other) => Call.Binary(BinaryOp.FloorDivide, this, other);
        public Tensor floor_divide(Scalar other) => Call.Scalar(ScalarOp.FloorDivide, this, other.Value);

        public Tensor pow(Tensor exponent) => Call.Binary(BinaryOp.Pow, this, exponent);
        public Tensor pow(Scalar exponent) => Call.Scalar(ScalarOp.Pow, this, exponent.Value);
        public Tensor pow_(Tensor exponent) => Call.InPlace(InPlaceBinaryOp.Pow, this, exponent);
        public Tensor pow_(Scalar exponent) => Call.InPlace(InPlaceScalarOp.Pow, this, exponent.Value);
        public Tensor remainder(Tensor target) => Call.Binary(BinaryOp.Remainder, this, target);
        public Tensor remainder(Scalar scalar) => Call.Scalar(ScalarOp.Remainder, this, scalar.Value);
        public Tensor remainder_(Tensor target) => Call.InPlace(InPlaceBinaryOp.Remainder, this, target);
        public Tensor remainder_(Scalar scalar) => Call.InPlace(InPlaceScalarOp.Remainder, this, scalar.Value);
        public Tensor fmod(Tensor target) => Call.Binary(BinaryOp.Fmod, this, target);
        public Tensor fmod(Scalar scalar) => Call.Scalar(ScalarOp.Fmod, this, scalar.Value);

        public Tensor maximum(Tensor other) => Call.Binary(BinaryOp.Maximum, this, other);
        public Tensor minimum(Tensor other) => Call.Binary(BinaryOp.Minimum, this, other);
        public Tensor max(Tensor other) => maximum(other);
        public Tensor min(Tensor other) => minimum(other);
        public Tensor atan2(Tensor other) => Call.Binary(BinaryOp.Atan2, this, other);
        public Tensor hypot(Tensor other) => Call.Binary(BinaryOp.Hypot, this, other);
        public Tensor copysign(Tensor other) => Call.Binary(BinaryOp.CopySign, this, other);
        public Tensor logaddexp(Tensor other) => Call.Binary(BinaryOp.LogAddExp, this, other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Call.Ternary(TernaryOp.AddCMul, this, tensor1, tensor2, value.Value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Call.InPlace(TernaryOp.AddCMul, this, tensor1, tensor2, value.Value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Call.Ternary(TernaryOp.AddCDiv, this, tensor1, tensor2, value.Value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Call.InPlace(TernaryOp.AddCDiv, this, tensor1, tensor2, value.Value);
        public Tensor lerp(Tensor end, Tensor weight) => Call.Ternary(TernaryOp.Lerp, this, end, weight, Num.None);
        public Tensor lerp_(Tensor end, Tensor weight) => Call.InPlace(TernaryOp.Lerp, this, end, weight, Num.None);

        private static Num Product(Scalar a, Scalar b) => a.Value.Kind == Num.RealKind || b.Value.Kind == Num.RealKind
            ? Num.Of(a.Value.Real * b.Value.Real)
            : Num.Of(a.Value.Integer * b.Value.Integer);
    }
}
