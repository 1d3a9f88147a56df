using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>Takes a user's coordinates along one axis to places among a grid's sites: degrees, metres or whatever they are, upwards or downwards.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class PositionAxis
{
    private const double Tolerance = 1e-9; // of the axis, for what rounding adds

    private readonly int _sites;
    private readonly bool _isPeriodic;
    private readonly double _from;
    private readonly double _to;

    private PositionAxis(int sites, bool isPeriodic, double from, double to) => (_sites, _isPeriodic, _from, _to) = (sites, isPeriodic, from, to);

    /// <summary>The coordinates that an axis takes, in words.</summary>
    public string Expected => _isPeriodic
        ? FormattableString.Invariant($"{Math.Min(_from, _to)} to {Math.Max(_from, _to)}, or one period further on either side")
        : FormattableString.Invariant($"{Math.Min(_from, _to)} to {Math.Max(_from, _to)}");

    /// <summary>The axes of a grid, in the order of its coordinates.</summary>
    /// <param name="grid">A grid whose axes are those of space.</param>
    /// <param name="x">The coordinates of the last axis: at its first site, and at its last, or where it is periodic a period later. Places among the sites
    /// by default.</param>
    /// <param name="y">Likewise of the axis before.</param>
    public static PositionAxis[] Of(Grid grid, IReadOnlyList<double>? x, IReadOnlyList<double>? y)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return [.. grid.Shape.Select((sites, axis) =>
        {
            var (range, isPeriodic) = (axis == grid.Shape.Count - 1 ? x : y, grid.IsPeriodic[axis]);
            return new PositionAxis(sites, isPeriodic, range?[0] ?? 0, range?[1] ?? (isPeriodic ? sites : Math.Max(sites - 1, 1)));
        })];
    }

    /// <summary>What is wrong with the ends of an axis, in words; <see langword="null"/> where nothing is.</summary>
    /// <param name="range">The two coordinates, or nothing.</param>
    public static string? FaultOf(IReadOnlyList<double>? range) =>
        range is null || (range.Count == 2 && double.IsFinite(range[1] - range[0]) && range[0] != range[1])
            ? null : string.Join(", ", range.Select(end => FormattableString.Invariant($"{end}")));

    /// <summary>The place among the sites; round a periodic axis where it lies up to a period beyond it, as -90 degrees are 270.</summary>
    /// <param name="coordinate">The coordinate.</param>
    /// <param name="place">The place: in [0, sites), or to the last site at walls.</param>
    /// <returns>Whether it lies on the grid.</returns>
    public bool TryPlace(double coordinate, out double place)
    {
        var share = (coordinate - _from) / (_to - _from);
        var isWithin = _isPeriodic ? share is >= -1 and <= 2 : share is >= -Tolerance and <= 1 + Tolerance;
        share = _isPeriodic ? share - Math.Floor(share) : Math.Clamp(share, 0, 1);
        place = share * (_isPeriodic ? _sites : _sites - 1);
        place = _isPeriodic && place >= _sites ? 0 : place;
        return isWithin; // of NaN, too, it is not
    }
}
