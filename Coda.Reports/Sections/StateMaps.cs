using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Fields of two dimensions as maps: of one field a row a quantity at three times, of several a row a field; then what is estimated beside the truth,
/// moving.</summary>
internal static class StateMaps
{
    private const int StillTimes = 3;
    private const int MostMoving = 36; // maps of all times, so that the file stays small
    private const int LeastFrames = 4;
    private const int MostFields = 4;
    private const double MapShare = 0.25; // of a grid's sites that must be observed at once for a map

    private static readonly Quantity[] MovingQuantities = [Quantity.Truth, Quantity.Analysis, Quantity.Error];

    /// <summary>What is to be known of a record's maps.</summary>
    /// <param name="record">The record.</param>
    public static string Words(ReportedRecord record)
    {
        var maps = Maps(record.Description.Layout);
        return maps.Count == 0 || !record.Archive.HasTable(Data.Archives.ArchiveTable.Observations) ? ""
            : FormattableString.Invariant($" Points are observations of the last {ObservedPoints.MostTimes} times of observation at most, older ones smaller.")
                + (maps.Count > MostFields ? $" No maps of {string.Join(", ", maps.Skip(MostFields).Select(f => f.Name))}." : "");
    }

    /// <summary>The fields of a layout that have maps.</summary>
    /// <param name="layout">The layout.</param>
    public static IReadOnlyList<StateField> Maps(StateLayout layout) => [.. layout.Fields.Where(f => f.Grid.Shape.Count == 2)];

    /// <summary>The figures.</summary>
    /// <param name="record">The record.</param>
    /// <param name="table">The analyses; <see langword="null"/> for none.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<Figure> Of(
        ReportedRecord record, ReportedTable? table, IReadOnlyList<StateField> fields, CancellationToken cancellation)
    {
        fields = [.. fields.Take(MostFields)];
        var grids = fields.ToDictionary(f => f.Name, f => new MapGrid(f, record.Description));
        var (source, unit) = (record.Source(table is null ? [] : [table], record.ShownInWords), record.Description.UnitOf(fields[0]));
        var still = Spaced(record.Shown.Steps, StillTimes)[(fields.Count > 1 ? ^1.. : ..)]
            .Select(step => Panels(record, table, fields, grids, step, hasPoints: true, cancellation)).ToList();
        if (fields.Count == 1 && still.Any(t => t[0].Count > 0))
        {
            var isObserved = still.Exists(t => t[0].Exists(p => p.Quantity == Quantity.Observations && IsSeen(p)));
            yield return Map(
                source, fields[0].Name, unit,
                [.. still.SelectMany(t => t[0]).Where(p => isObserved || p.Quantity != Quantity.Observations).OrderBy(p => p.Quantity)]);
        }
        else if (fields.Count > 1 && Table(still[0], fields) is { Columns: > 0 } rows)
        {
            yield return Map(source, fields[0].Name, unit, rows.Panels, rows.Columns);
        }

        var times = Spaced(record.Shown.Steps, Math.Max(LeastFrames, MostMoving / (MovingQuantities.Length * fields.Count)))
            .Select(step => Panels(record, table, fields, grids, step, hasPoints: false, cancellation)).ToList();
        if (times.Count > 1 && Moving(times) is { } moving)
        {
            yield return MovingMap(source, fields[0].Name, unit, moving, moving[0].Count / fields.Count);
        }
    }

    private static bool IsSeen(MapPanel panel) => panel.Points.Count > 0 || FieldValues.IsSeen(panel.Values);

    // A row a field, as many maps in each.
    private static (IReadOnlyList<MapPanel> Panels, int Columns) Table(List<List<MapPanel>> fields, IReadOnlyList<StateField> of)
    {
        Quantity[] shown = [.. fields.SelectMany(f => f).Where(IsSeen).Select(p => p.Quantity).Distinct().Order()];
        return ([.. fields.SelectMany((panels, i) => shown.Select(quantity => panels.Find(p => p.Quantity == quantity && IsSeen(p))
            ?? Nothing(panels, quantity, of[i])))], shown.Length);
    }

    private static MapPanel Nothing(List<MapPanel> others, Quantity quantity, StateField field)
    {
        var like = others.FirstOrDefault();
        var values = FieldValues.Nothing(like?.Values.GetLength(0) ?? 1, like?.Values.GetLength(1) ?? 1);
        return new($"{field.Name}: no {quantity.ToString().ToLowerInvariant()}", quantity, values) { Frame = like?.Frame, Field = like?.Field };
    }

    // Of what there is of every field at every time.
    private static List<IReadOnlyList<MapPanel>>? Moving(List<List<List<MapPanel>>> times)
    {
        Quantity[] shown = [.. MovingQuantities.Where(quantity => times.TrueForAll(t => t.TrueForAll(f => f.Exists(p => p.Quantity == quantity))))];
        return shown.Length == 0 ? null
            : [.. times.Select(t => (IReadOnlyList<MapPanel>)[.. t.SelectMany(f => shown.Select(quantity => f.First(p => p.Quantity == quantity)))])];
    }

    private static long[] Spaced(StepRange steps, int most)
    {
        var count = Math.Min(most, steps.Count);
        return [.. Enumerable.Range(0, (int)count).Select(i => count == 1 ? steps.Start : steps.Start + (i * (steps.Count - 1) / (count - 1)))];
    }

    // For each field what there is of it at a step.
    private static List<List<MapPanel>> Panels(
        ReportedRecord record, ReportedTable? table, IReadOnlyList<StateField> fields, IReadOnlyDictionary<string, MapGrid> grids, long step, bool hasPoints,
        CancellationToken cancellation)
    {
        var places = grids.ToDictionary(g => g.Key, g => g.Value.Cells);
        var (chosen, time) = (new ChosenStates(record, [step], places, cancellation), Short(new TimeScale(record.Description).TextOf(step)));
        var (truth, observations) = (chosen.Truth(), hasPoints ? chosen.Observations() : new Dictionary<string, FieldValues>());
        var points = hasPoints ? ObservedPoints.At(record, grids, step, cancellation) : new Dictionary<string, IReadOnlyList<MapPoint>>();
        var states = table is null ? new Dictionary<string, FieldValues>() : chosen.Analyses(table);
        return [.. fields.Select(field => Of(field).ToList())];

        IEnumerable<MapPanel> Of(StateField field)
        {
            var (grid, at) = (grids[field.Name], points.GetValueOrDefault(field.Name));
            var quantities = ShownQuantities.Of(field, truth, observations, states, table).ToList();
            if (at?.Count > 0 && !observations.ContainsKey(field.Name)) // which lie between the grid's points
            {
                quantities.Add((Quantity.Observations, FieldValues.Nothing(1, places[field.Name].Length), "observations"));
            }

            return quantities.OrderBy(q => q.Quantity).Select(q => new MapPanel(Title(q.Quantity, q.Title, field), q.Quantity, grid.OnGrid(q.Values))
            {
                Frame = grid.Frame, Points = q.Quantity == Quantity.Observations ? Sparse(at, field) : [],
                Field = fields.Count > 1 ? new(field.Name, record.Description.UnitOf(field)) : null,
            });
        }

        string Title(Quantity quantity, string title, StateField field) =>
            $"{(fields.Count > 1 ? $"{field.Name}: " : "")}{(quantity == Quantity.Analysis ? "analysis" : title)}, {time}";
    }

    // What is observed nearly everywhere is a map with gaps.
    private static IReadOnlyList<MapPoint> Sparse(IReadOnlyList<MapPoint>? points, StateField field) =>
        points is null || points.Count(p => p.Age == 0) >= MapShare * field.Size ? [] : points;

    // A map's title is no longer than the map is wide: 2020-01-31 06:00 for 2020-01-31T06:00:00Z.
    private static string Short(string time) =>
        time.EndsWith(":00Z", StringComparison.Ordinal) ? time[..^4].Replace('T', ' ') : time;
}
