namespace Coda.Data.Algebra;

/// <summary>A matrix that is known when the equations are written: a spectral transform, the inverse of a Poisson operator, an interpolation.</summary>
/// <remarks>Immutable; safe to share. Make it once, with the system, so that each algebra converts it once.</remarks>
public sealed class ConstantMatrix
{
    private readonly Lazy<double[]> _values;
    private ConstantMatrix? _transposed;

    /// <summary>Makes the matrix.</summary>
    /// <param name="values">Its entries. [row, column]</param>
    /// <exception cref="ArgumentException">No row or no column.</exception>
    public ConstantMatrix(double[,] values)
        : this(values.GetLength(0), values.GetLength(1), Made([.. values.Cast<double>()]))
    {
    }

    /// <summary>Makes a square matrix of waves, whose products may need no entries.</summary>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="values">Makes its entries; called when the first product needs them, at once where there is no fast way. [row, column]</param>
    /// <param name="fast">The same product by a fast transform; nothing where that gains nothing.</param>
    internal ConstantMatrix(int size, Func<double[,]> values, WaveProduct? fast)
        : this(size, size, fast is null ? Made([.. values().Cast<double>()]) : new(() => [.. values().Cast<double>()])) => Fast = fast;

    private ConstantMatrix(int rows, int columns, Lazy<double[]> values)
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
                _transposed = new ConstantMatrix(Columns, Rows, Fast is null ? Made(Turned()) : new(Turned)) { _transposed = this, Fast = Fast?.Transposed };
            }

            return _transposed;
        }
    }

    /// <summary>The entries in another precision, row-major.</summary>
    /// <typeparam name="F">The precision.</typeparam>
    public F[] As<F>()
        where F : System.Numerics.INumberBase<F> => Array.ConvertAll(_values.Value, F.CreateChecked);

    private double[] Turned()
    {
        var values = new double[_values.Value.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[(i % Columns * Rows) + (i / Columns)] = _values.Value[i];
        }

        return values;
    }

    private static Lazy<double[]> Made(double[] values) => new(values);

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
