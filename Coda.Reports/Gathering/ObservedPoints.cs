using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Figures.Inputs;

namespace Coda.Reports.Gathering;

/// <summary>What was last observed of fields of two dimensions, where it was: the tracks of satellites, the sites of buoys.</summary>
internal static class ObservedPoints
{
    /// <summary>The times of observation that are shown together.</summary>
    public const int MostTimes = 5;

    private const int MostPoints = 4000; // of a field, drawn one by one
    private const int LongestLookBack = 256; // steps
    private const int Entries = 1 << 20; // read at a time

    /// <summary>The observations of the last times of observation up to a step, by field; nothing where sites have no places, or see
    /// no field by itself.</summary>
    /// <param name="record">The record, of whose shown steps alone.</param>
    /// <param name="grids">The fields' grids, by name.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<MapPoint>> At(
        ReportedRecord record, IReadOnlyDictionary<string, MapGrid> grids, long step, CancellationToken cancellation)
    {
        if (!record.Archive.HasTable(ArchiveTable.Observations) || SitesOf(record) is not { } sites)
        {
            return new Dictionary<string, IReadOnlyList<MapPoint>>();
        }

        var description = record.Description;
        var from = Math.Max(record.Shown.Steps.Start, step + 1 - LongestLookBack);
        var range = new RecordRange(record.Shown.FirstTrajectory, 1, new StepRange(from, step + 1).Intersect(description.Steps));
        var times = new Queue<(long Step, List<(int Site, float Value)> Values)>();
        foreach (var stretch in record.Archive.ReadStretches(range, Math.Max(1, Entries / description.SiteCount), 0))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var time in stretch.Steps.Intersect(range.Steps).Each())
            {
                Add(times, stretch, time);
            }
        }

        return grids.ToDictionary(grid => grid.Key, grid => (IReadOnlyList<MapPoint>)Thinned(
        [
            .. times.Reverse().Index().SelectMany(time => time.Item.Values.Where(v => sites[v.Site].Field == grid.Key)
                .Select(v => grid.Value.Point(sites[v.Site].Row, sites[v.Site].Column, v.Value, time.Index))),
        ]));
    }

    private static void Add(Queue<(long, List<(int, float)>)> times, ObservationStretch stretch, long step)
    {
        var first = (int)(step - stretch.Steps.Start) * stretch.SiteCount;
        List<(int, float)> values =
            [.. Enumerable.Range(0, stretch.SiteCount).Where(site => stretch.Mask[first + site] != 0).Select(site => (site, stretch.Values[first + site]))];
        if (values.Count > 0)
        {
            times.Enqueue((step, values));
        }

        if (times.Count > MostTimes)
        {
            times.Dequeue();
        }
    }

    private static IEnumerable<long> Each(this StepRange steps)
    {
        for (var step = steps.Start; step < steps.End; step++)
        {
            yield return step;
        }
    }

    // For each site its field and its place on the grid, no field where it sees a function of some; nothing where that is not known.
    private static (string? Field, double Row, double Column)[]? SitesOf(ReportedRecord record)
    {
        var (positions, layout) = (record.Description.Sites().Positions, record.Description.Layout);
        return FieldSites.Of(record.Description) is { } entries ? [.. entries.Select(Place)] : null;

        (string? Field, double Row, double Column) Place(int entry, int site)
        {
            if (entry < 0)
            {
                return (null, 0, 0);
            }

            var field = layout.FieldAt(entry);
            var (row, column) = Math.DivRem(entry - layout.OffsetOf(field.Name), field.Grid.Shape[^1]);
            return positions is { Dimensions: 2 } at ? (field.Name, at[site][0], at[site][1]) : (field.Name, row, column);
        }
    }

    private static MapPoint[] Thinned(MapPoint[] points) => [.. FieldValues.Thinned(points.Length, MostPoints).Select(i => points[i])];
}
