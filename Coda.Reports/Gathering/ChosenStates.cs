using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;
using Coda.Data.Time;

namespace Coda.Reports.Gathering;

/// <summary>Reads of a record's part what a picture has room for: chosen steps and places of each field. Memory grows with these alone.</summary>
/// <param name="record">The record.</param>
/// <param name="steps">The steps, evenly spaced and rising.</param>
/// <param name="places">For each field that is wanted the places in it that are.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class ChosenStates(
    ReportedRecord record, IReadOnlyList<long> steps, IReadOnlyDictionary<string, int[]> places, CancellationToken cancellation)
{
    private const int Entries = 1 << 20; // of observations, read at a time

    private readonly Dictionary<long, int> _timeOf = steps.Index().ToDictionary(s => s.Item, s => s.Index);

    private long Stride => steps.Count > 1 ? steps[1] - steps[0] : 1;

    // Times far from each other are read one by one.
    private IEnumerable<StepRange> Ranges => Stride <= 1024 && steps.Count > 0
        ? [new(steps[0], steps[^1] + 1)] : steps.Select(step => new StepRange(step, step + 1));

    /// <summary>The truth, by field; only scores and pictures see it.</summary>
    public IReadOnlyDictionary<string, FieldValues> Truth() => record.Archive.HasTable(ArchiveTable.Truth) ? Read(record.Archive, ArchiveTable.Truth) : None;

    /// <summary>The analyses of a table, by field.</summary>
    /// <param name="table">The table.</param>
    public IReadOnlyDictionary<string, FieldValues> Analyses(ReportedTable table) => Read(table.Archive, table.Table);

    /// <summary>The observations, by field: at each chosen step the mean of those up to the next one. Nothing where sites have no places, or see
    /// no field by itself.</summary>
    public IReadOnlyDictionary<string, FieldValues> Observations()
    {
        var (description, found) = (record.Description, new Dictionary<string, FieldValues>());
        if (!record.Archive.HasTable(ArchiveTable.Observations) || FieldSites.Of(description) is not { } entries)
        {
            return found;
        }

        foreach (var (field, chosen) in places)
        {
            found[field] = new(FieldValues.Nothing(steps.Count, chosen.Length));
        }

        var placeOf = places.ToDictionary(p => p.Key, p => p.Value.Index().ToDictionary(i => i.Item, i => i.Index));
        var siteAt = Array.ConvertAll(entries, Place);
        var counts = found.ToDictionary(f => f.Key, f => new int[steps.Count, f.Value.Values.GetLength(1)]);
        var range = new RecordRange(record.Shown.FirstTrajectory, 1, new StepRange(steps[0], steps[^1] + Stride).Intersect(description.Steps));
        foreach (var stretch in record.Archive.ReadStretches(range, Math.Max(1, Entries / description.SiteCount), 0))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                if (stretch.Mask[i] != 0 && siteAt[i % stretch.SiteCount] is { Place: >= 0 } at)
                {
                    var time = (int)Math.Min((stretch.Steps.Start + (i / stretch.SiteCount) - steps[0]) / Stride, steps.Count - 1);
                    Add(found[at.Field].Values, counts[at.Field], time, at.Place, stretch.Values[i]);
                }
            }
        }

        return found;

        (string Field, int Place) Place(int entry)
        {
            if (entry < 0)
            {
                return ("", -1);
            }

            var field = description.Layout.FieldAt(entry);
            return (field.Name, placeOf.TryGetValue(field.Name, out var chosen)
                && chosen.TryGetValue(entry - description.Layout.OffsetOf(field.Name), out var place) ? place : -1);
        }
    }

    private static IReadOnlyDictionary<string, FieldValues> None => new Dictionary<string, FieldValues>();

    private static void Add(double[,] means, int[,] counts, int time, int place, double value)
    {
        var count = ++counts[time, place];
        means[time, place] = count == 1 ? value : means[time, place] + ((value - means[time, place]) / count);
    }

    private Dictionary<string, FieldValues> Read(ParquetArchive archive, ArchiveTable table)
    {
        var found = new Dictionary<string, FieldValues>();
        StateLayout? layout = null;
        foreach (var block in Ranges.SelectMany(range => archive.ReadStates(table, record.Shown.FirstTrajectory, range)))
        {
            cancellation.ThrowIfCancellationRequested();
            layout ??= archive.Description.NoteOf(table).Layout ?? LayoutMatch.Of(record.Description, block.StateSize);
            for (var row = 0; row < block.Count; row++)
            {
                if (_timeOf.TryGetValue(block.FirstStep + row, out var time))
                {
                    Copy(block, row, time, layout, found);
                }
            }
        }

        return found;
    }

    private void Copy(StateBlock block, int row, int time, StateLayout layout, Dictionary<string, FieldValues> found)
    {
        foreach (var field in layout.Fields.Where(f => places.ContainsKey(f.Name)))
        {
            var chosen = places[field.Name];
            if (!found.TryGetValue(field.Name, out var values))
            {
                found.Add(field.Name, values = new(
                    FieldValues.Nothing(steps.Count, chosen.Length), block.Spread is null ? null : FieldValues.Nothing(steps.Count, chosen.Length))
                {
                    Band = block.Band is null ? null : FieldValues.Nothing(steps.Count, chosen.Length),
                });
            }

            var first = (row * block.StateSize) + layout.OffsetOf(field.Name);
            for (var i = 0; i < chosen.Length; i++)
            {
                values.Values[time, i] = block.States.Span[first + chosen[i]];
                if (values.Spread is { } spread && block.Spread is { } given)
                {
                    spread[time, i] = given.Span[first + chosen[i]];
                }

                if (values.Band is { } band && block.Band is { } widths)
                {
                    band[time, i] = widths.Span[first + chosen[i]];
                }
            }
        }
    }
}
