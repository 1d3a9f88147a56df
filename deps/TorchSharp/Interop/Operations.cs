namespace TorchSharp.Interop;

// The codes of the native functions that serve many operations of one signature; the order is that of native/*.cpp.

internal enum UnaryOp
{
    Abs, Neg, Sign, Square, Sqrt, Rsqrt, Exp, Expm1, Log, Log1p, Sin, Cos, Tan, Tanh, Sigmoid, Erf, Relu, Silu, Floor, Ceil,
    Round, Trunc, IsNan, IsInf, IsFinite, LogicalNot, Reciprocal, Exp2, Log2, Log10, Sinh, Cosh, Asin, Acos, Atan, Erfc, Frac,
    BitwiseNot, Clone, Detach, Contiguous, T, MT, Alias, Mean, Max, Min, All, Any, ArgMax, ArgMin, Median, Trace, NonZero, Cpu,
    Squeeze, Inverse, Det, LogSigmoid, ReverseDims,
}

internal enum InPlaceOp
{
    Abs, Neg, Sign, Square, Sqrt, Rsqrt, Exp, Expm1, Log, Log1p, Sin, Cos, Tan, Tanh, Sigmoid, Erf, Relu, Silu, Floor, Ceil,
    Round, Trunc, Zero, Detach, LogicalNot, Reciprocal,
}

internal enum BinaryOp
{
    Add, Sub, Mul, Div, Pow, Remainder, Fmod, Eq, Ne, Lt, Le, Gt, Ge, LogicalAnd, LogicalOr, LogicalXor, BitwiseAnd, BitwiseOr,
    BitwiseXor, Maximum, Minimum, Atan2, Hypot, FloorDivide, MatMul, Mm, Bmm, Mv, Dot, Outer, MaskedSelect, ExpandAs, Kron,
    Inner, Solve, CopySign, LogAddExp, DivTrunc, DivFloor,
}

internal enum InPlaceBinaryOp { Add, Sub, Mul, Div, Pow, Remainder, LogicalAnd, LogicalOr, Set, DivTrunc = 37, DivFloor = 38 }

internal enum ScalarOp
{
    Add, Sub, Mul, Div, Pow, Remainder, Fmod, Eq, Ne, Lt, Le, Gt, Ge, ReverseSub, ReverseDiv, ClampMin, ClampMax, LeakyRelu,
    FloorDivide, Elu, DivTrunc = 37, DivFloor = 38,
}

internal enum InPlaceScalarOp
{
    Add, Sub, Mul, Div, Pow, Remainder, Fill, ClampMin = 15, ClampMax = 16, LeakyRelu = 17, DivTrunc = 37, DivFloor = 38,
}

internal enum TernaryOp { Where, Lerp, AddCMul, AddCDiv, Clamp, MaskedFill, AddScaled, SubScaled, MaskedFillTensor }

internal enum RandomOp { Uniform, Normal, Bernoulli, Exponential }

internal enum AddmmOp { Addmm, Baddbmm, Addbmm, Addmv, Addr }

internal enum NewOp { Empty, Zeros, Ones, Full, Rand, Randn }

internal enum RangeOp { Arange = 0, Linspace = 1, Eye = 2, Randperm = 4 }

internal enum IntsOp
{
    Unsqueeze, Squeeze, Transpose, Narrow, Slice, Select, Diag, Tril, Triu, Unfold, Flatten, All, Any, ArgMax, ArgMin, CumSum,
    CumProd, ProdDim, Sum, Prod, Var, Std, Softmax, LogSoftmax, ToType, ToDevice, Diagonal, LogSumExp, MoveDim, RoundDecimals,
    Gelu, Roll, RepeatInterleave, OneHot, Cholesky, DiagEmbed,
}

internal enum DimsOp { View, Reshape, Permute, Expand, Repeat, Flip, BroadcastTo, Tile, Sum, Mean, AMax, AMin, Var, Std, Unflatten }

internal enum Dims2Op { Roll, MoveDim, AsStrided }

internal enum PairOp { Max, Min, Sort, TopK, Median }

internal enum AlongOp { IndexSelect, Gather, Scatter, ScatterAdd, IndexAdd, TakeAlongDim }

internal enum JoinOp { Cat, Stack, HStack, VStack, BlockDiag }

internal enum SplitOp { Pieces, Sizes, Chunk, Unbind, Where }

internal enum ManyOp { MeshGridIj, MeshGridXy, BroadcastTensors }

internal enum ConvOp { Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d }

internal enum PoolOp { Max1d, Max2d, Avg1d, Avg2d }

internal enum LossOp { Mse, L1, SmoothL1, Huber }

/// <summary>One index of an indexing expression, as native/shape.cpp reads it.</summary>
internal struct IndexSpec
{
    public long Kind;
    public long Start, Stop, Step;
    public nint Tensor;

    public const long SingleKind = 0, SliceKind = 1, EllipsisKind = 2, NewAxisKind = 3, TruthKind = 4, TensorKind = 5;
    public const long LeftOut = long.MinValue;
}
