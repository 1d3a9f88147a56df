using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Call.Binary(BinaryOp.Add, left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Add, left, right.Value);
        public static Tensor operator +(Tensor left, int right) => Call.Scalar(ScalarOp.Add, left, Num.Of(right));
        public static Tensor operator +(Tensor left, long right) => Call.Scalar(ScalarOp.Add, left, Num.Of(right));
        public static Tensor operator +(Tensor left, float right) => Call.Scalar(ScalarOp.Add, left, Num.Of(right));
        public static Tensor operator +(Tensor left, double right) => Call.Scalar(ScalarOp.Add, left, Num.Of(right));
        public static Tensor operator +(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Add, right, left.Value);
        public static Tensor operator +(int left, Tensor right) => Call.Scalar(ScalarOp.Add, right, Num.Of(left));
        public static Tensor operator +(long left, Tensor right) => Call.Scalar(ScalarOp.Add, right, Num.Of(left));
        public static Tensor operator +(float left, Tensor right) => Call.Scalar(ScalarOp.Add, right, Num.Of(left));
        public static Tensor operator +(double left, Tensor right) => Call.Scalar(ScalarOp.Add, right, Num.Of(left));

        public static Tensor operator *(Tensor left, Tensor right) => Call.Binary(BinaryOp.Mul, left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Mul, left, right.Value);
        public static Tensor operator *(Tensor left, int right) => Call.Scalar(ScalarOp.Mul, left, Num.Of(right));
        public static Tensor operator *(Tensor left, long right) => Call.Scalar(ScalarOp.Mul, left, Num.Of(right));
        public static Tensor operator *(Tensor left, float right) => Call.Scalar(ScalarOp.Mul, left, Num.Of(right));
        public static Tensor operator *(Tensor left, double right) => Call.Scalar(ScalarOp.Mul, left, Num.Of(right));
        public static Tensor operator *(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Mul, right, left.Value);
        public static Tensor operator *(int left, Tensor right) => Call.Scalar(ScalarOp.Mul, right, Num.Of(left));
        public static Tensor operator *(long left, Tensor right) => Call.Scalar(ScalarOp.Mul, right, Num.Of(left));
        public static Tensor operator *(float left, Tensor right) => Call.Scalar(ScalarOp.Mul, right, Num.Of(left));
        public static Tensor operator *(double left, Tensor right) => Call.Scalar(ScalarOp.Mul, right, Num.Of(left));

        public static Tensor operator -(Tensor left, Tensor right) => Call.Binary(BinaryOp.Sub, left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Sub, left, right.Value);
        public static Tensor operator -(Tensor left, int right) => Call.Scalar(ScalarOp.Sub, left, Num.Of(right));
        public static Tensor operator -(Tensor left, long right) => Call.Scalar(ScalarOp.Sub, left, Num.Of(right));
        public static Tensor operator -(Tensor left, float right) => Call.Scalar(ScalarOp.Sub, left, Num.Of(right));
        public static Tensor operator -(Tensor left, double right) => Call.Scalar(ScalarOp.Sub, left, Num.Of(right));
        public static Tensor operator -(Scalar left, Tensor right) => Call.Scalar(ScalarOp.ReverseSub, right, left.Value);
        public static Tensor operator -(int left, Tensor right) => Call.Scalar(ScalarOp.ReverseSub, right, Num.Of(left));
        public static Tensor operator -(long left, Tensor right) => Call.Scalar(ScalarOp.ReverseSub, right, Num.Of(left));
        public static Tensor operator -(float left, Tensor right) => Call.Scalar(ScalarOp.ReverseSub, right, Num.Of(left));
        public static Tensor operator -(double left, Tensor right) => Call.Scalar(ScalarOp.ReverseSub, right, Num.Of(left));

        public static Tensor operator /(Tensor left, Tensor right) => Call.Binary(BinaryOp.Div, left, right);
        public static Tensor operator /(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Div, left, right.Value);
        public static Tensor operator /(Tensor left, int right) => Call.Scalar(ScalarOp.Div, left, Num.Of(right));
        public static Tensor operator /(Tensor left, long right) => Call.Scalar(ScalarOp.Div, left, Num.Of(right));
        public static Tensor operator /(Tensor left, float right) => Call.Scalar(ScalarOp.Div, left, Num.Of(right));
        public static Tensor operator /(Tensor left, double right) => Call.Scalar(ScalarOp.Div, left, Num.Of(right));
        public static Tensor operator /(Scalar left, Tensor right) => Call.Scalar(ScalarOp.ReverseDiv, right, left.Value);
        public static Tensor operator /(int left, Tensor right) => Call.Scalar(ScalarOp.ReverseDiv, right, Num.Of(left));
        public static Tensor operator /(long left, Tensor right) => Call.Scalar(ScalarOp.ReverseDiv, right, Num.Of(left));
        public static Tensor operator /(float left, Tensor right) => Call.Scalar(ScalarOp.ReverseDiv, right, Num.Of(left));
        public static Tensor operator /(double left, Tensor right) => Call.Scalar(ScalarOp.ReverseDiv, right, Num.Of(left));

        public static Tensor operator %(Tensor left, Tensor right) => Call.Binary(BinaryOp.Remainder, left, right);
        public static Tensor operator %(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Remainder, left, right.Value);
        public static Tensor operator %(Tensor left, int right) => Call.Scalar(ScalarOp.Remainder, left, Num.Of(right));
        public static Tensor operator %(Tensor left, long right) => Call.Scalar(ScalarOp.Remainder, left, Num.Of(right));
        public static Tensor operator %(Tensor left, float right) => Call.Scalar(ScalarOp.Remainder, left, Num.Of(right));
        public static Tensor operator %(Tensor left, double right) => Call.Scalar(ScalarOp.Remainder, left, Num.Of(right));

        public static Tensor operator -(Tensor tensor) => tensor.neg();
        public static Tensor operator ~(Tensor left) => left.bitwise_not();
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        public static Tensor operator ==(Tensor left, Tensor right) => Call.Binary(BinaryOp.Eq, left, right);
        public static Tensor operator ==(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Eq, left, right.Value);
        public static Tensor operator ==(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Eq, right, left.Value);
        public static Tensor operator !=(Tensor left, Tensor right) => Call.Binary(BinaryOp.Ne, left, right);
        public static Tensor operator !=(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Ne, left, right.Value);
        public static Tensor operator !=(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Ne, right, left.Value);
        public static Tensor operator <(Tensor left, Tensor right) => Call.Binary(BinaryOp.Lt, left, right);
        public static Tensor operator <(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Lt, left, right.Value);
        public static Tensor operator <(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Gt, right, left.Value);
        public static Tensor operator <=(Tensor left, Tensor right) => Call.Binary(BinaryOp.Le, left, right);
        public static Tensor operator <=(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Le, left, right.Value);
        public static Tensor operator <=(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Ge, right, left.Value);
        public static Tensor operator >(Tensor left, Tensor right) => Call.Binary(BinaryOp.Gt, left, right);
        public static Tensor operator >(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Gt, left, right.Value);
        public static Tensor operator >(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Lt, right, left.Value);
        public static Tensor operator >=(Tensor left, Tensor right) => Call.Binary(BinaryOp.Ge, left, right);
        public static Tensor operator >=(Tensor left, Scalar right) => Call.Scalar(ScalarOp.Ge, left, right.Value);
        public static Tensor operator >=(Scalar left, Tensor right) => Call.Scalar(ScalarOp.Le, right, left.Value);

        public static implicit operator Tensor(byte value) => torch.tensor(value);
        public static implicit operator Tensor(sbyte value) => torch.tensor(value);
        public static implicit operator Tensor(short value) => torch.tensor(value);
        public static implicit operator Tensor(int value) => torch.tensor(value);
        public static implicit operator Tensor(long value) => torch.tensor(value);
        public static implicit operator Tensor(float value) => torch.tensor(value);
        public static implicit operator Tensor(double value) => torch.tensor(value);
        public static implicit operator Tensor(bool value) => torch.tensor(value);
        public static implicit operator Tensor(int[] value) => torch.tensor(value);
        public static implicit operator Tensor(long[] value) => torch.tensor(value);
        public static implicit operator Tensor(float[] value) => torch.tensor(value);
        public static implicit operator Tensor(double[] value) => torch.tensor(value);
        public static implicit operator Tensor(bool[] value) => torch.tensor(value);
        public static implicit operator Tensor(Scalar scalar) => scalar.Type switch
        {
            ScalarType.Float64 => torch.tensor(scalar.Value.Real),
            ScalarType.Bool => torch.tensor(scalar.Value.Bits != 0),
            _ => torch.tensor(scalar.Value.Bits),
        };

        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator bool(Tensor value) => value.ToBoolean();
    }
}
