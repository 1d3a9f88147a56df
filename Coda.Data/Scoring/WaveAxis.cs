using Coda.Data.Algebra;

namespace Coda.Data.Scoring;

/// <summary>The waves along an axis of a grid, orthonormal.</summary>
/// <param name="Waves">A wave a row. [wave, site]</param>
/// <param name="Wavenumbers">Of each, waves a grid length. [wave]</param>
/// <param name="Longest">The longest wave, in grid lengths.</param>
/// <param name="Length">The axis's length, in grid lengths.</param>
internal sealed record WaveAxis(ConstantMatrix Waves, double[] Wavenumbers, int Longest, int Length)
{
    /// <summary>The waves along an axis.</summary>
    /// <param name="n">The number of sites.</param>
    /// <param name="isPeriodic">Whether its ends are neighbours.</param>
    /// <param name="vanishes">Whether the field is zero at the ends of one that is not.</param>
    public static WaveAxis Of(int n, bool isPeriodic, bool vanishes) => isPeriodic ? Fourier(n) : vanishes ? Sines(n) : Cosines(n);

    // Rows 1, then cosine and sine of each wavenumber.
    private static WaveAxis Fourier(int n) => new(
        Matrix(n, WaveKind.Analysis, (row, x) => Math.Sqrt((row == 0 || (row == n - 1 && n % 2 == 0) ? 1.0 : 2.0) / n)
            * (row % 2 == 1 ? Math.Cos(Angle((row + 1) / 2 * (long)x, n)) : row == 0 ? 1 : Math.Sin(Angle(row / 2 * (long)x, n)))),
        [.. Enumerable.Range(0, n).Select(row => (row + 1) / 2 / (double)n)], n, n);

    // The walls, where all are zero, have rows of zeros.
    private static WaveAxis Sines(int n) => new(
        Matrix(n, WaveKind.Sines, (row, x) => row == 0 || row == n - 1 ? 0 : Math.Sqrt(2.0 / (n - 1)) * Math.Sin(Angle(row * (long)x, 2 * (n - 1)))),
        [.. Enumerable.Range(0, n).Select(row => row / (2.0 * (n - 1)))], 2 * (n - 1), n - 1);

    private static WaveAxis Cosines(int n) => new(
        Matrix(n, null, (row, x) => Math.Sqrt((row == 0 ? 1.0 : 2.0) / n) * Math.Cos(Angle(row * ((2L * x) + 1), 4 * n))),
        [.. Enumerable.Range(0, n).Select(row => row / (2.0 * n))], 2 * n, n);

    private static double Angle(long part, int of) => 2 * Math.PI * (part % of) / of;

    private static ConstantMatrix Matrix(int n, WaveKind? kind, Func<int, int, double> value)
    {
        return new(n, Entries, kind is { } waves ? WaveProduct.Of(waves, n) : null);

        double[,] Entries()
        {
            var matrix = new double[n, n];
            for (var row = 0; row < n; row++)
            {
                for (var column = 0; column < n; column++)
                {
                    matrix[row, column] = value(row, column);
                }
            }

            return matrix;
        }
    }
}
