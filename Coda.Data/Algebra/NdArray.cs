using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>A dense array of numbers, row-major, as <see cref="BufferAlgebra{F}"/> makes them.</summary>
/// <remarks>The data belong to the algebra that made the array, until it recycles them.</remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NdArray<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly F[] _data;

    /// <summary>Wraps data that stay the caller's.</summary>
    /// <param name="data">At least as many entries as the shape has, row-major.</param>
    /// <param name="shape">The length of every axis; none for a scalar.</param>
    /// <exception cref="ArgumentException">Fewer data than the shape asks for.</exception>
    public NdArray(F[] data, params int[] shape)
    {
        Length = 1;
        foreach (var axis in shape)
        {
            Length *= axis;
        }

        if (data.Length < Length)
        {
            throw new ArgumentException($"Expected at least {Length} entries for shape [{string.Join(", ", shape)}], got {data.Length}.");
        }

        (_data, Shape) = (data, shape);
    }

    /// <summary>The length of every axis.</summary>
    public int[] Shape { get; }

    /// <summary>The number of entries.</summary>
    public int Length { get; }

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Length;

    /// <summary>The length of the last axis; 1 for a scalar.</summary>
    public int LastAxis => Shape.Length == 0 ? 1 : Shape[^1];

    /// <summary>The entries, row-major.</summary>
    public Span<F> Span => _data.AsSpan(0, Length);

    internal F[] Data => _data;
}
