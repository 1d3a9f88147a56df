namespace Coda.Data.Algebra;

/// <summary>A matrix that is known when the equations are written: a spectral transform, the inverse of a Poisson operator, an interpolation.</summary>
/// <remarks>Immutable; safe to share. Make it once, with the system, so that each algebra converts it once.</remarks>
public sealed class ConstantMatrix
{
    private readonly double[] _values;
    private ConstantMatrix? _transposed;

    /// <summary>Makes the matrix.</summary>
    /// <param name="values">Its entries. [row, column]</param>
    /// <exception cref="ArgumentException">No row or no column.</exception>
    public ConstantMatrix(double[,] values)
        : this(values.GetLength(0), values.GetLength(1), [.. values.Cast<double>()])
    {
    }

    /// <summary>Makes a matrix of waves, whose products may need no matrix.</summary>
    /// <param name="values">Its entries. [row, column]</param>
    /// <param name="fast">The same product by a fast transform; nothing where that gains nothing.</param>
    internal ConstantMatrix(double[,] values, WaveProduct? fast)
        : this(values) => Fast = fast;

    private ConstantMatrix(int rows, int columns, double[] values)
    {
        (Rows, Columns, _values) = rows > 0 && columns > 0
            ? (rows, columns, values)
            : throw new ArgumentException($"Expected a matrix of at least one row and one column, got {rows} x {columns}.", nameof(values));
    }

    /// <summary>The number of rows, the length of what comes out.</summary>
    public int Rows { get; }

    /// <summary>The number of columns, the length of what goes in.</summary>
    public int Columns { get; }

    /// <summary>The same product by a fast transform, where the matrix is one of many waves.</summary>
    internal WaveProduct? Fast { get; private init; }

    /// <summary>The transpose, whose own is this matrix.</summary>
    public ConstantMatrix Transposed
    {
        get
        {
            if (_transposed is null)
            {
                var values = new double[_values.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    values[(i % Columns * Rows) + (i / Columns)] = _values[i];
                }

                _transposed = new ConstantMatrix(Columns, Rows, values) { _transposed = this, Fast = Fast?.Transposed };
            }

            return _transposed;
        }
    }

    /// <summary>The entries in another precision, row-major.</summary>
    /// <typeparam name="F">The precision.</typeparam>
    public F[] As<F>()
        where F : System.Numerics.INumberBase<F> => Array.ConvertAll(_values, F.CreateChecked);

    /// <summary>Checks that an axis is as long as the matrix has columns.</summary>
    /// <param name="shape">The shape of what is multiplied.</param>
    /// <param name="axis">The axis, from the end.</param>
    /// <returns>The shape of the product.</returns>
    /// <exception cref="ArgumentException">It is not.</exception>
    public int[] ShapeOfProduct(int[] shape, int axis)
    {
        if (shape.Length < -axis || shape[^-axis] != Columns)
        {
            throw new ArgumentException(
                $"Expected {Columns} entries along axis {axis} for a matrix {Rows} x {Columns}, got the shape [{string.Join(", ", shape)}].");
        }

        int[] product = [.. shape];
        product[^-axis] = Rows;
        return product;
    }
}
