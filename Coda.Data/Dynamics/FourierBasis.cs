using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>The real Fourier basis of a periodic axis: 1, then cosine and sine of each wavenumber, orthonormal, as rows of a matrix.</summary>
/// <remarks>Immutable; safe to share. A sum of modes is a product with the transposed matrix.</remarks>
public sealed class FourierBasis
{
    /// <summary>Makes the basis.</summary>
    /// <param name="size">The number of sites n of the axis, at least 1.</param>
    /// <param name="length">The length of the axis, greater than 0, in the unit that wavenumbers are the inverse of.</param>
    public FourierBasis(int size, double length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var unit = 2 * Math.PI / length;
        Matrix = new ConstantMatrix(size, () => MatrixOf(size), WaveProduct.Of(WaveKind.Analysis, size));
        Wavenumbers = [.. Enumerable.Range(0, size).Select(row => unit * ((row + 1) / 2))];
        Derivative = new ConstantMatrix(size, () => DerivativeOf(size, unit), WaveProduct.Of(WaveKind.Derivative, size, unit));
    }

    /// <summary>From values to coefficients. [mode, site]</summary>
    public ConstantMatrix Matrix { get; }

    /// <summary>The wavenumber k = 2π m / length of each row. [mode]</summary>
    public IReadOnlyList<double> Wavenumbers { get; }

    /// <summary>The derivative along the axis; of the shortest wave of an even number of sites, which has no sine, 0. [site, site]</summary>
    public ConstantMatrix Derivative { get; }

    private static bool IsAlone(int row, int size) => row == 0 || (row == size - 1 && size % 2 == 0);

    private static double[,] MatrixOf(int size)
    {
        var matrix = new double[size, size];
        for (var row = 0; row < size; row++)
        {
            var norm = Math.Sqrt((IsAlone(row, size) ? 1.0 : 2.0) / size);
            for (var site = 0; site < size; site++)
            {
                // Whole turns are taken out first, so that the rows are orthogonal to rounding.
                var angle = 2 * Math.PI * ((long)((row + 1) / 2) * site % size) / size;
                matrix[row, site] = norm * (row % 2 == 1 ? Math.Cos(angle) : row == 0 ? 1 : Math.Sin(angle));
            }
        }

        return matrix;
    }

    // Antisymmetric and circulant: the sum over each row and column is 0 to rounding, and so is that of a derivative.
    private static double[,] DerivativeOf(int size, double unit)
    {
        var (matrix, stencil) = (new double[size, size], new double[size]);
        for (var offset = 1; 2 * offset < size; offset++)
        {
            for (var m = 1; 2 * m < size; m++)
            {
                stencil[offset] -= 2.0 / size * unit * m * Math.Sin(2 * Math.PI * ((long)m * offset % size) / size);
            }

            stencil[size - offset] = -stencil[offset];
        }

        for (var i = 0; i < size * size; i++)
        {
            matrix[i / size, i % size] = stencil[((i / size) - (i % size) + size) % size];
        }

        return matrix;
    }
}
