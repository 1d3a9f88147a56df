using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Figures.Inputs;

namespace Coda.Reports.Gathering;

/// <summary>The cells of a field of two dimensions that a map has room for, on axes in the grid's coordinates, or the user's where positions came with
/// some.</summary>
/// <param name="shown">The field.</param>
/// <param name="description">The record.</param>
internal sealed class MapGrid(StateField shown, ArchiveDescription description)
{
    private const int MostSide = 160;

    private readonly int[] _rows = FieldValues.Thinned(shown.Grid.Shape[0], MostSide);
    private readonly int[] _columns = FieldValues.Thinned(shown.Grid.Shape[1], MostSide);
    private readonly (double First, double Last)? _x = Range(description.Operator, shown, "xRange", axis: 1);
    private readonly (double First, double Last)? _y = Range(description.Operator, shown, "yRange", axis: 0);

    /// <summary>The cells' sites, row by row.</summary>
    public int[] Cells => [.. _rows.SelectMany(row => _columns.Select(column => (row * shown.Grid.Shape[1]) + column))];

    /// <summary>The axes.</summary>
    public MapFrame Frame => new(
        (_columns[0], _columns[^1]), IsTurned ? (Turned(_rows[^1]), Turned(_rows[0])) : (_rows[0], _rows[^1]))
    {
        XLabel = _x is null ? "x (sites)" : "x", YLabel = _y is null ? "y (sites)" : "y", IsPeriodicX = shown.Grid.IsPeriodic[1],
        IsPeriodicY = shown.Grid.IsPeriodic[0], XScale = Scale(_x, 1), YScale = Scale(IsTurned ? (_y!.Value.Last, _y.Value.First) : _y, 0),
    };

    // Where the user's coordinate falls from row to row, as latitudes from the north, the first row is above.
    private bool IsTurned => _y is { } y && y.Last < y.First;

    /// <summary>Values of the cells by row from below and column.</summary>
    /// <param name="values">Of one time. [1, cell]</param>
    public double[,] OnGrid(double[,] values)
    {
        var (rows, columns) = (_rows.Length, _columns.Length);
        var grid = new double[rows, columns];
        for (var cell = 0; cell < values.GetLength(1); cell++)
        {
            var row = cell / columns;
            grid[IsTurned ? rows - 1 - row : row, cell % columns] = values[0, cell];
        }

        return grid;
    }

    /// <summary>An observation on the axes.</summary>
    /// <param name="row">Its row, which need not be whole.</param>
    /// <param name="column">Its column.</param>
    /// <param name="value">Its value.</param>
    /// <param name="age">How many times of observation ago.</param>
    public MapPoint Point(double row, double column, double value, int age) => new(column, IsTurned ? Turned(row) : row, value, age);

    private double Turned(double row) => shown.Grid.Shape[0] - 1 - row;

    // The user's coordinates for places 0 and 1.
    private (double Zero, double One)? Scale((double First, double Last)? range, int axis) => range is not { } ends || shown.Grid.Shape[axis] < 2 ? null
        : (ends.First, ends.First + ((ends.Last - ends.First) / (shown.Grid.Shape[axis] - 1)));

    // The user's coordinates of the first and the last site; those of positions are at the first site and, where the axis is periodic, a period later.
    private static (double First, double Last)? Range(Component h, StateField field, string name, int axis)
    {
        if (Options(h, field)?[name] is not JsonArray { Count: 2 } range || range.Any(end => end?.GetValueKind() != JsonValueKind.Number))
        {
            return null;
        }

        var (from, to, n) = (range[0]!.GetValue<double>(), range[1]!.GetValue<double>(), field.Grid.Shape[axis]);
        return (from, field.Grid.IsPeriodic[axis] ? from + ((to - from) * (n - 1) / n) : to);
    }

    // Of an operator of several parts, of the one that observes the field.
    private static JsonObject? Options(Component h, StateField field) => h.Options?["parts"] is not JsonArray parts ? h.Options
        : parts.OfType<JsonObject>().Select(part => part["options"] as JsonObject ?? part).FirstOrDefault(part => (string?)part["field"] == field.Name);
}
