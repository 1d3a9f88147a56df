using System.Numerics;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>A space-time covariance as rows to read from, in one precision.</summary>
/// <param name="table">[lag + reach, column, displacement twice] on a grid that is the same everywhere, a column being the sites of all axes but
/// the first, else [lag + reach, point, point].</param>
/// <param name="reach">The greatest lag.</param>
/// <param name="points">The number of points.</param>
/// <param name="columns">The number of columns where it depends on displacements only, 1 on a ring; else 0.</param>
internal sealed class CovarianceRows<F>(F[] table, int reach, int points, int columns)
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    /// <summary>The number of points.</summary>
    public int PointCount => points;

    /// <summary>C(lag, point, ·). [point]</summary>
    /// <param name="lag">The lag, in [-reach, reach].</param>
    /// <param name="point">The point at the earlier time where the lag is positive.</param>
    public ReadOnlySpan<F> this[int lag, int point] => columns > 0
        ? table.AsSpan((((((lag + reach) * columns) + (point % columns)) * 2) + 1) * points - (point / columns * columns), points)
        : table.AsSpan((((lag + reach) * points) + point) * points, points);
}
