using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>Some rows of complex columns, as vectors.</summary>
/// <param name="real">The real parts.</param>
/// <param name="imaginary">The imaginary parts.</param>
internal readonly ref struct FourierRows(Span<Vector<double>> real, Span<Vector<double>> imaginary)
{
    /// <summary>The real parts.</summary>
    public Span<Vector<double>> Real { get; } = real;

    /// <summary>The imaginary parts.</summary>
    public Span<Vector<double>> Imaginary { get; } = imaginary;
}
