using System.Numerics;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>A space-time covariance as rows to read from, in one precision.</summary>
/// <param name="table">[lag + reach, distance twice] on a ring, else [lag + reach, point, point].</param>
/// <param name="reach">The greatest lag.</param>
/// <param name="points">The number of points.</param>
/// <param name="isRing">Whether it depends on distances only.</param>
internal sealed class CovarianceRows<F>(F[] table, int reach, int points, bool isRing)
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    /// <summary>The number of points.</summary>
    public int PointCount => points;

    /// <summary>C(lag, point, ·). [point]</summary>
    /// <param name="lag">The lag, in [-reach, reach].</param>
    /// <param name="point">The point at the earlier time where the lag is positive.</param>
    public ReadOnlySpan<F> this[int lag, int point] => isRing
        ? table.AsSpan((((lag + reach) * 2) + 1) * points - point, points)
        : table.AsSpan((((lag + reach) * points) + point) * points, points);
}
