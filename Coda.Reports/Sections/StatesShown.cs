using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>The states of a part of each record: curves of a few entries, Hovmöller diagrams of lines, maps of fields of two dimensions.</summary>
internal sealed class StatesShown : IReportSection
{
    private const int MostTimes = 600;
    private const int MostPlaces = 300;
    private const int MostPanels = 12;
    private const int MostTables = 3;
    private const int MostPictures = 6; // so that the file stays small

    /// <inheritdoc/>
    public string Title => "States";

    /// <inheritdoc/>
    public string Needs => "an archive with observations, truth or analyses";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => r.HasStates);

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        var pictures = 0;
        foreach (var record in material.Records.Where(r => r.HasStates))
        {
            var tables = material.BestFirst(record);
            var left = tables.Skip(MostTables).Select(t => t.Label).ToList();
            yield return $"{record.Name}: {record.ShownInWords}. Grey is where nothing was observed or estimated; lines have gaps there."
                + StateMaps.Words(record)
                + (left.Count > 0 ? $" Not drawn: {string.Join(", ", left)}." : "");
            foreach (var figure in Of(record, [.. tables.Take(MostTables)], material.Cancellation).TakeWhile(_ => pictures <= MostPictures))
            {
                yield return ++pictures <= MostPictures ? figure
                    : $"Here {MostPictures} pictures of states are drawn; for those of other methods, fields and records give fewer targets.";
            }
        }
    }

    private static IEnumerable<Figure> Of(ReportedRecord record, IReadOnlyList<ReportedTable> tables, CancellationToken cancellation)
    {
        var fields = record.Description.Layout.Fields;
        var maps = StateMaps.Maps(record.Description.Layout).ToList();
        var small = fields.Except(maps).Where(f => f.Size <= MostPanels).ToList();
        var panels = small.Sum(f => f.Size) <= MostPanels ? small : [.. small.Where(f => f.Size == 1).Take(MostPanels)];
        var lines = fields.Except(maps).Except(panels).Where(f => f.Size > 1).ToList();
        var steps = Thinned(record.Shown.Steps.Start, record.Shown.Steps.End);
        if (panels.Count > 0)
        {
            yield return Curves(record, tables, panels, steps, cancellation);
        }

        foreach (var figure in lines.Count > 0 ? Diagrams(record, tables, lines, steps, cancellation) : [])
        {
            yield return figure;
        }

        foreach (var figure in maps.Count > 0 ? StateMaps.Of(record, tables.FirstOrDefault(), maps, cancellation) : [])
        {
            yield return figure;
        }
    }

    private static long[] Thinned(long start, long end)
    {
        var stride = Math.Max(1, (end - start + MostTimes - 1) / MostTimes);
        return [.. Enumerable.Range(0, (int)((end - start + stride - 1) / stride)).Select(i => start + (i * stride))];
    }

    private static Figure Curves(
        ReportedRecord record, IReadOnlyList<ReportedTable> tables, List<StateField> fields, long[] steps, CancellationToken cancellation)
    {
        var chosen = new ChosenStates(record, steps, fields.ToDictionary(f => f.Name, f => FieldValues.Thinned(f.Size, MostPanels)), cancellation);
        var (scale, names) = (new TimeScale(record.Description), record.Description.Sites().EntryNames());
        double[] times = [.. steps.Select(scale.Of)];
        var (truth, observations) = (chosen.Truth(), chosen.Observations());
        var analyses = tables.Select(t => (Table: t, States: chosen.Analyses(t))).ToList();
        var panels = fields.SelectMany(field => Enumerable.Range(0, field.Size).Select(place => new SeriesPanel(
            names[record.Description.Layout.OffsetOf(field.Name) + place], record.Description.UnitOf(field), [.. Lines(field, place)]))).ToList();
        return Series(record.Source(analyses.Select(a => a.Table), record.ShownInWords), scale, panels);

        IEnumerable<Curve> Lines(StateField field, int place)
        {
            if (truth.TryGetValue(field.Name, out var true_))
            {
                yield return new("truth", times, true_.At(place)) { Quantity = Quantity.Truth };
            }

            foreach (var (index, (table, states)) in analyses.Index())
            {
                if (states.TryGetValue(field.Name, out var values))
                {
                    var band = index == 0 && table.Note.BandLevel is not null ? values.BandAt(place) : null;
                    var level = band is null ? "" : FormattableString.Invariant($", bands of {100 * table.Note.BandLevel:G4} %");
                    yield return new($"{table.Label}{level}", times, values.At(place))
                    {
                        Quantity = index == 0 ? Quantity.Analysis : null, Deviation = index == 0 ? band ?? values.SpreadAt(place) : null,
                    };
                }
            }

            if (observations.TryGetValue(field.Name, out var observed))
            {
                yield return new("observations", times, observed.At(place)) { Quantity = Quantity.Observations, IsPoints = true };
            }
        }
    }

    private static IEnumerable<Figure> Diagrams(
        ReportedRecord record, IReadOnlyList<ReportedTable> tables, List<StateField> fields, long[] steps, CancellationToken cancellation)
    {
        var places = fields.ToDictionary(f => f.Name, f => FieldValues.Thinned(f.Size, MostPlaces));
        var chosen = new ChosenStates(record, steps, places, cancellation);
        var (scale, names) = (new TimeScale(record.Description), record.Description.Sites().EntryNames());
        var (truth, observations) = (chosen.Truth(), chosen.Observations());
        foreach (var (index, table) in tables.Cast<ReportedTable?>().DefaultIfEmpty().Index())
        {
            var states = table is null ? new Dictionary<string, FieldValues>() : chosen.Analyses(table);
            foreach (var field in fields.Where(f => index == 0 || states.ContainsKey(f.Name))) // a truth alone is shown once
            {
                List<SlicePanel> panels =
                [
                    .. ShownQuantities.Of(field, truth, observations, states, table)
                        .Where(q => q.Quantity != Quantity.Observations || FieldValues.IsSeen(q.Values))
                        .Select(q => new SlicePanel(q.Quantity, q.Values) { Title = q.Title }),
                ];
                if (panels.Count > 0)
                {
                    var offset = record.Description.Layout.OffsetOf(field.Name);
                    var slice = new Slice(steps, scale, field.Name, record.Description.UnitOf(field))
                    {
                        SiteNames = [.. places[field.Name].Select(place => names[offset + place])],
                        Sites = places[field.Name],
                    };
                    yield return Hovmoeller(record.Source(Shown(table, states, field), record.ShownInWords), slice, panels);
                }
            }
        }
    }

    private static IEnumerable<ReportedTable> Shown(ReportedTable? table, IReadOnlyDictionary<string, FieldValues> states, StateField field) =>
        table is not null && states.ContainsKey(field.Name) ? [table] : [];
}
