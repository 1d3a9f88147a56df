using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number with its kind (integer, floating point or truth value), as operations on tensors take it. Immutable.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(Num value) => Value = value;

    internal Num Value { get; }

    /// <summary>Int64, Float64 or Bool.</summary>
    public torch.ScalarType Type => Value.Kind switch
    {
        Num.RealKind => torch.ScalarType.Float64,
        Num.BoolKind => torch.ScalarType.Bool,
        _ => torch.ScalarType.Int64,
    };

    public static implicit operator Scalar(byte value) => new(Num.Of(value));
    public static implicit operator Scalar(sbyte value) => new(Num.Of(value));
    public static implicit operator Scalar(short value) => new(Num.Of(value));
    public static implicit operator Scalar(int value) => new(Num.Of(value));
    public static implicit operator Scalar(long value) => new(Num.Of(value));
    public static implicit operator Scalar(float value) => new(Num.Of(value));
    public static implicit operator Scalar(double value) => new(Num.Of(value));
    public static implicit operator Scalar(bool value) => new(Num.Of(value));

    /// <summary>Does nothing: nothing native is held.</summary>
    public void Dispose() { }
}

/// <summary>Conversions between numbers and <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.Value.Real;
    public static double ToDouble(this Scalar value) => value.Value.Real;
    public static byte ToByte(this Scalar value) => Narrow(value, byte.MinValue, byte.MaxValue, v => (byte)v);
    public static sbyte ToSByte(this Scalar value) => Narrow(value, sbyte.MinValue, sbyte.MaxValue, v => (sbyte)v);
    public static short ToInt16(this Scalar value) => Narrow(value, short.MinValue, short.MaxValue, v => (short)v);
    public static int ToInt32(this Scalar value) => Narrow(value, int.MinValue, int.MaxValue, v => (int)v);
    public static long ToInt64(this Scalar value) => value.Value.Integer;
    public static bool ToBoolean(this Scalar value) => value.Value.Real != 0;

    private static T Narrow<T>(Scalar value, long low, long high, Func<long, T> convert)
    {
        long integer = value.Value.Integer;
        return integer >= low && integer <= high
            ? convert(integer)
            : throw new ExternalException($"value cannot be converted to type {typeof(T).Name} without overflow");
    }
}
