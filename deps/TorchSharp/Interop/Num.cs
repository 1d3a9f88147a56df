namespace TorchSharp.Interop;

/// <summary>A scalar as the native layer takes it: by value, in two registers.</summary>
internal readonly struct Num
{
    public readonly long Bits;
    public readonly long Kind;

    private Num(long bits, long kind) => (Bits, Kind) = (bits, kind);

    public const long NoKind = -1, IntKind = 0, RealKind = 1, BoolKind = 2;

    public static Num None => new(0, NoKind);
    public static Num Of(long value) => new(value, IntKind);
    public static Num Of(double value) => new(BitConverter.DoubleToInt64Bits(value), RealKind);
    public static Num Of(bool value) => new(value ? 1 : 0, BoolKind);
    public static Num Of(Scalar? value) => value is null ? None : value.Value;

    public double Real => Kind == RealKind ? BitConverter.Int64BitsToDouble(Bits) : Bits;
    public long Integer => Kind == RealKind ? checked((long)BitConverter.Int64BitsToDouble(Bits)) : Bits;
}
