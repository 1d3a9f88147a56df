using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Call.Unary(UnaryOp.Abs, this);
        public Tensor abs_() => Call.InPlace(InPlaceOp.Abs, this);
        public Tensor neg() => Call.Unary(UnaryOp.Neg, this);
        public Tensor neg_() => Call.InPlace(InPlaceOp.Neg, this);
        public Tensor sign() => Call.Unary(UnaryOp.Sign, this);
        public Tensor sign_() => Call.InPlace(InPlaceOp.Sign, this);
        public Tensor sqrt() => Call.Unary(UnaryOp.Sqrt, this);
        public Tensor sqrt_() => Call.InPlace(InPlaceOp.Sqrt, this);
        public Tensor rsqrt() => Call.Unary(UnaryOp.Rsqrt, this);
        public Tensor rsqrt_() => Call.InPlace(InPlaceOp.Rsqrt, this);
        public Tensor exp() => Call.Unary(UnaryOp.Exp, this);
        public Tensor exp_() => Call.InPlace(InPlaceOp.Exp, this);
        public Tensor expm1() => Call.Unary(UnaryOp.Expm1, this);
        public Tensor expm1_() => Call.InPlace(InPlaceOp.Expm1, this);
        public Tensor log() => Call.Unary(UnaryOp.Log, this);
        public Tensor log_() => Call.InPlace(InPlaceOp.Log, this);
        public Tensor log1p() => Call.Unary(UnaryOp.Log1p, this);
        public Tensor log1p_() => Call.InPlace(InPlaceOp.Log1p, this);
        public Tensor sin() => Call.Unary(UnaryOp.Sin, this);
        public Tensor sin_() => Call.InPlace(InPlaceOp.Sin, this);
        public Tensor cos() => Call.Unary(UnaryOp.Cos, this);
        public Tensor cos_() => Call.InPlace(InPlaceOp.Cos, this);
        public Tensor tan() => Call.Unary(UnaryOp.Tan, this);
        public Tensor tan_() => Call.InPlace(InPlaceOp.Tan, this);
        public Tensor tanh() => Call.Unary(UnaryOp.Tanh, this);
        public Tensor tanh_() => Call.InPlace(InPlaceOp.Tanh, this);
        public Tensor sigmoid() => Call.Unary(UnaryOp.Sigmoid, this);
        public Tensor sigmoid_() => Call.InPlace(InPlaceOp.Sigmoid, this);
        public Tensor erf() => Call.Unary(UnaryOp.Erf, this);
        public Tensor erf_() => Call.InPlace(InPlaceOp.Erf, this);
        public Tensor relu() => Call.Unary(UnaryOp.Relu, this);
        public Tensor relu_() => Call.InPlace(InPlaceOp.Relu, this);
        public Tensor silu() => Call.Unary(UnaryOp.Silu, this);
        public Tensor silu_() => Call.InPlace(InPlaceOp.Silu, this);
        public Tensor floor() => Call.Unary(UnaryOp.Floor, this);
        public Tensor floor_() => Call.InPlace(InPlaceOp.Floor, this);
        public Tensor ceil() => Call.Unary(UnaryOp.Ceil, this);
        public Tensor ceil_() => Call.InPlace(InPlaceOp.Ceil, this);
        public Tensor trunc() => Call.Unary(UnaryOp.Trunc, this);
        public Tensor trunc_() => Call.InPlace(InPlaceOp.Trunc, this);
        public Tensor reciprocal() => Call.Unary(UnaryOp.Reciprocal, this);
        public Tensor reciprocal_() => Call.InPlace(InPlaceOp.Reciprocal, this);
        public Tensor logical_not() => Call.Unary(UnaryOp.LogicalNot, this);
        public Tensor logical_not_() => Call.InPlace(InPlaceOp.LogicalNot, this);
        public Tensor isnan() => Call.Unary(UnaryOp.IsNan, this);
        public Tensor isinf() => Call.Unary(UnaryOp.IsInf, this);
        public Tensor isfinite() => Call.Unary(UnaryOp.IsFinite, this);
        public Tensor exp2() => Call.Unary(UnaryOp.Exp2, this);
        public Tensor log2() => Call.Unary(UnaryOp.Log2, this);
        public Tensor log10() => Call.Unary(UnaryOp.Log10, this);
        public Tensor sinh() => Call.Unary(UnaryOp.Sinh, this);
        public Tensor cosh() => Call.Unary(UnaryOp.Cosh, this);
        public Tensor asin() => Call.Unary(UnaryOp.Asin, this);
        public Tensor acos() => Call.Unary(UnaryOp.Acos, this);
        public Tensor atan() => Call.Unary(UnaryOp.Atan, this);
        public Tensor erfc() => Call.Unary(UnaryOp.Erfc, this);
        public Tensor frac() => Call.Unary(UnaryOp.Frac, this);
        public Tensor bitwise_not() => Call.Unary(UnaryOp.BitwiseNot, this);
        public Tensor absolute() => abs();
        public Tensor negative() => neg();
        public Tensor log_sigmoid() => Call.Unary(UnaryOp.LogSigmoid, this);

        /// <summary>The square, as a power of two: the gradient is that of pow.</summary>
        public Tensor square() => pow(2);

        public Tensor round(long decimals = 0L) =>
            decimals == 0 ? Call.Unary(UnaryOp.Round, this) : Call.Ints(IntsOp.RoundDecimals, this, decimals);

        public Tensor round_(long decimals = 0L)
        {
            if (decimals == 0)
                return Call.InPlace(InPlaceOp.Round, this);
            using Tensor rounded = round(decimals);
            return copy_(rounded);
        }

        public Tensor gelu() => Call.Ints(IntsOp.Gelu, this);
        public Tensor softplus(double beta = 1, double threshold = 20) => nn.functional.softplus(this, beta, threshold);
        public Tensor leaky_relu(Scalar negative_slope) => Call.Scalar(ScalarOp.LeakyRelu, this, negative_slope.Value);
        public Tensor leaky_relu_(Scalar negative_slope) => Call.InPlace(InPlaceScalarOp.LeakyRelu, this, negative_slope.Value);
        public Tensor elu(double alpha = 1) => Call.Scalar(ScalarOp.Elu, this, Num.Of(alpha));
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call.Ints(IntsOp.Softmax, this, dim, Code(dtype));
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call.Ints(IntsOp.LogSoftmax, this, dim, Code(dtype));

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            nint result = Native.ct_clamp(Handle, Num.Of(min), Num.Of(max));
            GC.KeepAlive(this);
            return Call.Wrap(result);
        }

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            int status = Native.ct_clamp_(Handle, Num.Of(min), Num.Of(max));
            GC.KeepAlive(this);
            Call.Check(status);
            return this;
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call.Ternary(TernaryOp.Clamp, this, min, max, Num.None);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Call.InPlace(TernaryOp.Clamp, this, min, max, Num.None);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);
        public Tensor clamp_min(Scalar min) => Call.Scalar(ScalarOp.ClampMin, this, min.Value);
        public Tensor clamp_min_(Scalar min) => Call.InPlace(InPlaceScalarOp.ClampMin, this, min.Value);
        public Tensor clamp_max(Scalar max) => Call.Scalar(ScalarOp.ClampMax, this, max.Value);
        public Tensor clamp_max_(Scalar max) => Call.InPlace(InPlaceScalarOp.ClampMax, this, max.Value);

        /// <summary>This tensor where the condition holds, y elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Call.Ternary(TernaryOp.Where, condition, this, y, Num.None);

        internal static long Code(ScalarType? type) => type is null ? -1 : (long)type;
    }
}
