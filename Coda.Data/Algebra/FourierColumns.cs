using System.Numerics;
using System.Runtime.InteropServices;

namespace Coda.Data.Algebra;

/// <summary>Memory for complex columns side by side and for what they become. Used by one thread.</summary>
internal sealed class FourierColumns
{
    /// <summary>The most columns, with which long ones stay in a cache.</summary>
    public const int MostColumns = 16;

    private readonly int _vectors; // of a row
    private double[] _real;
    private double[] _imaginary;
    private double[] _nextReal;
    private double[] _nextImaginary;

    /// <summary>Makes the memory.</summary>
    /// <param name="length">The length of a column.</param>
    /// <param name="width">The columns (<see cref="WidthFor"/>).</param>
    public FourierColumns(int length, int width)
    {
        (Width, _vectors) = (width, width / Vector<double>.Count);
        (_real, _imaginary) = (new double[length * width], new double[length * width]);
        (_nextReal, _nextImaginary) = (new double[length * width], new double[length * width]);
    }

    /// <summary>The number of columns, whole vectors of them.</summary>
    public int Width { get; }

    /// <summary>How many columns to take at once.</summary>
    /// <param name="count">The columns that there are.</param>
    public static int WidthFor(int count) => Math.Min(MostColumns, (count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count);

    /// <summary>The real parts. [row, column]</summary>
    public Span<double> Real => _real;

    /// <summary>The imaginary parts. [row, column]</summary>
    public Span<double> Imaginary => _imaginary;

    /// <summary>Blocks of equally many rows that are read.</summary>
    /// <param name="block">The number of the block.</param>
    /// <param name="rows">Its rows.</param>
    public FourierRows Now(int block, int rows) => new(Of(_real, block, rows), Of(_imaginary, block, rows));

    /// <summary>Blocks that are written.</summary>
    /// <param name="block">The number of the block.</param>
    /// <param name="rows">Its rows.</param>
    public FourierRows Next(int block, int rows) => new(Of(_nextReal, block, rows), Of(_nextImaginary, block, rows));

    /// <summary>What was written is read from now on.</summary>
    public void Swap() => (_real, _imaginary, _nextReal, _nextImaginary) = (_nextReal, _nextImaginary, _real, _imaginary);

    /// <summary>Real and imaginary parts change places, by which a transform becomes its inverse, n times.</summary>
    public void Turn() => (_real, _imaginary) = (_imaginary, _real);

    private Span<Vector<double>> Of(double[] values, int block, int rows) =>
        MemoryMarshal.Cast<double, Vector<double>>(values.AsSpan()).Slice(block * rows * _vectors, rows * _vectors);
}
