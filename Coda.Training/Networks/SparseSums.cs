using Coda.Data.Geometry;

namespace Coda.Training.Networks;

/// <summary>Sums over the observations of each site of a grid, taken together with those around it until they are enough for statistics.</summary>
/// <remarks>On a grid with walls sites differ, and along tracks each is seen now and then only: a mean of few values would be a pattern of noise that no
/// network can take out of its analyses again.</remarks>
internal static class SparseSums
{
    // A mean of so many values is within a fiftieth of the deviation.
    private const double Enough = 2048;

    /// <summary>Takes sites together in squares as small as hold enough observations, or else all of them.</summary>
    /// <param name="grid">The grid, of one axis or two.</param>
    /// <param name="count">The number of observations at each site. [space]</param>
    /// <param name="sums">What else is summed of them; replaced likewise. [space] each</param>
    public static void Gather(Grid grid, Span<double> count, params double[][] sums)
    {
        var (ny, nx) = grid.Shape.Count == 1 ? (1, grid.Shape[0]) : (grid.Shape[0], grid.Shape[1]);
        var own = count.ToArray();
        var totals = new[] { own }.Concat(sums).Select(values => Totals(values, ny, nx)).ToArray();
        for (var site = 0; site < own.Length; site++)
        {
            var (reach, widest) = (0, Math.Max(ny, nx));
            while (own[site] < Enough && reach < widest && Square(totals[0], site, reach) < Enough)
            {
                reach = Math.Max(1, 2 * reach);
            }

            if (reach > 0)
            {
                count[site] = Square(totals[0], site, reach);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i][site] = Square(totals[i + 1], site, reach);
                }
            }
        }

        double Square(double[] total, int site, int reach)
        {
            var (y, x) = (site / nx, site % nx);
            var (top, bottom) = (Math.Max(0, y - reach), Math.Min(ny, y + reach + 1));
            var (left, right) = (Math.Max(0, x - reach), Math.Min(nx, x + reach + 1));
            return At(bottom, right) - At(top, right) - At(bottom, left) + At(top, left);

            double At(int row, int column) => total[(row * (nx + 1)) + column];
        }
    }

    // The sums over all rows before and columns before. [ny + 1, nx + 1]
    private static double[] Totals(double[] values, int ny, int nx)
    {
        var totals = new double[(ny + 1) * (nx + 1)];
        for (var y = 0; y < ny; y++)
        {
            var row = 0.0;
            for (var x = 0; x < nx; x++)
            {
                row += values[(y * nx) + x];
                totals[((y + 1) * (nx + 1)) + x + 1] = totals[(y * (nx + 1)) + x + 1] + row;
            }
        }

        return totals;
    }
}
