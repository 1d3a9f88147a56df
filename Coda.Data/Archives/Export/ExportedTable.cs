using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Export;

/// <summary>A table of an archive as one reads it: what its rows and their entries mean, and the rows one after another.</summary>
internal sealed class ExportedTable
{
    private const int MostInBlock = 1 << 20; // observations, there or not, that are held at once

    private readonly ParquetArchive _archive;

    /// <summary>Looks at the table's first rows.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="ArchiveFormatException">There is no such table.</exception>
    public ExportedTable(ParquetArchive archive, ArchiveTable table)
    {
        (_archive, Table, Time) = (archive, table, new ExportTime(archive.Description));
        var first = Description.Steps.Start;
        if (IsObserved)
        {
            HasSpread = archive.ReadObservations(0, new(first, first + 1), ObservationSubset.All).Sigma is not null;
            Fields = ObservedFields(Description);
        }
        else
        {
            var block = archive.ReadStates(table).First();
            (HasSpread, HasBand) = (block.Spread is not null, block.Band is not null);
            (StateSize, Fields) = (block.StateSize, StateFields(Description, block.StateSize, Layout));
        }

        SpreadName = IsObserved ? "error" : "spread";
    }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Description => _archive.Description;

    /// <summary>The table.</summary>
    public ArchiveTable Table { get; }

    /// <summary>What steps are in time.</summary>
    public ExportTime Time { get; }

    /// <summary>The length of a state; 0 for observations.</summary>
    public int StateSize { get; }

    /// <summary>The layout of states, where it is none of the archive's.</summary>
    public StateLayout? Layout => IsObserved ? null : Description.NoteOf(Table).Layout;

    /// <summary>What the entries of a row are.</summary>
    public IReadOnlyList<ExportedField> Fields { get; }

    /// <summary>Whether values have a spread, or observations the standard deviation of their error.</summary>
    public bool HasSpread { get; }

    /// <summary>Whether values have the half-width of a band.</summary>
    public bool HasBand { get; }

    /// <summary>What the spread is called in names of variables.</summary>
    public string SpreadName { get; }

    /// <summary>Whether the rows are observations.</summary>
    public bool IsObserved => Table == ArchiveTable.Observations;

    /// <summary>Whether the rows have leads.</summary>
    public bool HasLeads => Table == ArchiveTable.Forecasts;

    /// <summary>Reads the rows, sorted by (trajectory, step, lead); of observations, those of steps at which anything is observed.</summary>
    /// <param name="progress">Told the share that is read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public IEnumerable<ExportedRow> Rows(IProgress<double>? progress, CancellationToken cancellation) =>
        IsObserved ? Observations(progress, cancellation) : States(progress, cancellation);

    /// <summary>The steps and leads that the table has rows of, sorted.</summary>
    /// <param name="cancellation">Stops the reading.</param>
    public (long[] Steps, int[] Leads) Axes(CancellationToken cancellation)
    {
        var (steps, leads) = (new HashSet<long>(), new HashSet<int>());
        if (IsObserved)
        {
            leads.Add(0);
            foreach (var row in Observations(null, cancellation))
            {
                steps.Add(row.Step);
            }
        }
        else
        {
            foreach (var rows in _archive.ReadSelected(Table, StateContent.None))
            {
                cancellation.ThrowIfCancellationRequested();
                leads.Add(rows.Lead);
                for (var row = 0; row < rows.Count; row++)
                {
                    steps.Add(rows.FirstStep + row);
                }
            }
        }

        return ([.. steps.Order()], [.. leads.Order()]);
    }

    private static List<ExportedField> ObservedFields(ArchiveDescription description)
    {
        var sites = description.Sites();
        var layout = description.Layout;
        int[] all = [.. Enumerable.Range(0, description.SiteCount)];
        var isSelection = sites.Positions is null && ObservationOperator.Catalog.Names.Contains(description.Operator.Name)
            && ObservationOperator.Catalog.Create(description.Operator, layout).IsSelection(layout.Size);
        if (!isSelection && description.Operator.Name is not ("interpolation" or "combination" or "footprint"))
        {
            return [new("value", description.ValueUnit, null, all, [.. all.Select(_ => -1)], sites.Names) { Positions = sites.Positions }]; // of no one field
        }

        List<ExportedField> fields = [];
        var offset = 0;
        foreach (var field in layout.Fields)
        {
            int[] own = [.. all.Where(site => sites.Entries[site] >= offset && sites.Entries[site] < offset + field.Size)];
            if (own.Length > 0)
            {
                fields.Add(new(
                    field.Name, description.UnitOf(field), isSelection ? field.Grid : null, own,
                    [.. own.Select(site => isSelection ? sites.Entries[site] - offset : -1)],
                    sites.Names is { } names ? [.. own.Select(site => names[site])] : null)
                {
                    Positions = sites.Positions,
                });
            }

            offset += field.Size;
        }

        return fields;
    }

    private static List<ExportedField> StateFields(ArchiveDescription description, int size, StateLayout? own)
    {
        var states = own is null ? description.Sites().WithStateOf(size) : null;
        var layout = own ?? states?.Layout ?? StateLayout.On(new Components(size), "state");
        var names = states?.Names is null ? null : states.EntryNames();
        List<ExportedField> fields = [];
        var offset = 0;
        foreach (var field in layout.Fields)
        {
            int[] places = [.. Enumerable.Range(0, field.Size)];
            int[] columns = [.. places.Select(place => offset + place)];
            fields.Add(new(field.Name, description.UnitOf(field), field.Grid, columns, places, names is null ? null : [.. columns.Select(c => names[c])]));
            offset += field.Size;
        }

        return fields;
    }

    private IEnumerable<ExportedRow> Observations(IProgress<double>? progress, CancellationToken cancellation)
    {
        var (size, steps) = (Description.SiteCount, Description.Steps);
        foreach (var stretch in _archive.ReadStretches(Math.Clamp(MostInBlock / size, 1, 1024), 0, ObservationSubset.All))
        {
            cancellation.ThrowIfCancellationRequested();
            Report(progress, stretch.Trajectory, stretch.Steps.Start);
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                var at = row * size;
                if (stretch.Mask.AsSpan(at, size).ContainsAnyExcept(0f))
                {
                    yield return new(
                        stretch.Trajectory, stretch.Steps.Start + row, 0, stretch.Values.AsMemory(at, size), stretch.Sigma?.AsMemory(at, size),
                        stretch.Mask.AsMemory(at, size));
                }
            }
        }
    }

    private IEnumerable<ExportedRow> States(IProgress<double>? progress, CancellationToken cancellation)
    {
        foreach (var block in _archive.ReadStates(Table))
        {
            cancellation.ThrowIfCancellationRequested();
            Report(progress, block.Trajectory, block.FirstStep);
            for (var row = 0; row < block.Count; row++)
            {
                var one = block.Row(row);
                yield return new(one.Trajectory, one.FirstStep, one.Lead, one.States, one.Spread) { Band = one.Band };
            }
        }
    }

    private void Report(IProgress<double>? progress, int trajectory, long step) => progress?.Report(
        (trajectory + ((double)(step - Description.Steps.Start) / Description.Steps.Count)) / Description.TrajectoryCount);
}
