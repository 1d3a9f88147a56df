using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stores;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives.Stored;

/// <summary>An archive in a directory or an object store: <c>archive.json</c>, and Parquet parts under <c>observations/</c>, <c>truth/</c>, <c>analyses/</c>,
/// <c>forecasts/</c> and <c>forcing/</c>.</summary>
/// <remarks>
/// <c>archive.json</c> names every part with its SHA-256 and is replaced last, so a killed writer leaves each table as it was; parts that it does not name do
/// not count and are removed by the next writer of their table. Reading is safe from several threads and each reader uses the thread that calls it; a table is
/// written by one at a time, and refused where another replaced what it stands on meanwhile. Each part is compared with its checksum when it is first read,
/// unless that is declined. A reader that was opened before a table is replaced must be opened again.
/// </remarks>
public sealed class ParquetArchive : IObservationArchive, IDisposable
{
    private readonly IArchiveStore _store;
    private readonly IParquetEngine _engine;
    private readonly bool _verifies;
    private readonly Lock _writing = new();
    private volatile Content _content;
    private volatile bool _isDisposed;

    private ParquetArchive(IArchiveStore store, IParquetEngine engine, ArchiveDescription description, bool verifies = true)
    {
        (_store, _engine, _verifies) = (store, engine, verifies);
        _content = Load(description);
    }

    /// <summary>The archive's directory, or the address of its store.</summary>
    public string Path => _store.Place;

    /// <inheritdoc/>
    public ArchiveDescription Description => _content.Description;

    /// <summary>Whether each part is compared with its checksum when it is first read.</summary>
    public bool Verifies => _verifies;

    /// <summary>Opens an archive and checks its description and the footers of its parts.</summary>
    /// <param name="path">The archive's directory, or an address (<see cref="ArchiveStores"/>).</param>
    /// <param name="engine">What reads its files, and writes them.</param>
    /// <param name="verifies">Whether each part is compared with its checksum when it is first read, at some 1.5 GB/s; without, a part that changed may give
    /// other numbers.</param>
    /// <exception cref="ArchiveFormatException"> No archive, another format version, a part missing or truncated, wrong columns, or trajectories, steps or
    /// sites out of range, or far too many for the observations there.
    /// </exception>
    /// <exception cref="NotSupportedException">This build does not have the engine.</exception>
    public static ParquetArchive Open(string path, ParquetEngine engine = ParquetEngine.DuckDb, bool verifies = true) =>
        Open(path, ParquetEngines.Of(engine), verifies);

    /// <summary>Starts a new archive. It becomes one, with an <c>archive.json</c>, when its first table is written; write the truth before the
    /// observations.</summary>
    /// <param name="path">The archive's directory, or an address; which is made if need be and must not hold an archive.</param>
    /// <param name="description">What it will hold; its checksums are dropped.</param>
    /// <param name="engine">What writes its files, and reads them.</param>
    /// <exception cref="ArgumentException">The description contradicts itself; one line for every fault.</exception>
    /// <exception cref="IOException">There is an archive already, or the directory cannot be made.</exception>
    /// <exception cref="NotSupportedException">This build does not have the engine.</exception>
    public static ParquetArchive Create(string path, ArchiveDescription description, ParquetEngine engine = ParquetEngine.DuckDb) =>
        Create(path, description, ParquetEngines.Of(engine));

    /// <inheritdoc cref="Open(string, ParquetEngine, bool)"/>
    internal static ParquetArchive Open(string path, IParquetEngine engine, bool verifies = true)
    {
        var store = ArchiveStores.Of(path);
        var archive = new ParquetArchive(store, engine, ArchiveDirectory.ReadDescription(store, verifies), verifies);
        ObservationCheck.Require(archive._content.Tables[ArchiveTable.Observations], archive.Description, archive.Path);
        return archive;
    }

    /// <inheritdoc cref="Create(string, ArchiveDescription, ParquetEngine)"/>
    internal static ParquetArchive Create(string path, ArchiveDescription description, IParquetEngine engine)
    {
        DescriptionCheck.Require(description);
        var store = ArchiveStores.Of(path);
        if (ArchiveDirectory.Has(store))
        {
            throw new IOException(
                $"{path}: expected a directory without an archive, got one with archive.json. Choose another directory, or delete this archive first.");
        }

        if (store.Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        return new ParquetArchive(store, engine, description with { Checksums = new(StringComparer.Ordinal) });
    }

    /// <summary>Whether the archive has a table.</summary>
    /// <param name="table">The table.</param>
    public bool HasTable(ArchiveTable table) => Current.Tables[table].All.Count > 0;

    /// <summary>The number of rows of a table; 0 when there is none.</summary>
    /// <param name="table">The table.</param>
    public long RowCount(ArchiveTable table) => Current.Tables[table].All.Sum(p => p.Footer.Rows);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such trajectory.</exception>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
    {
        var (description, parts) = ForReading(ArchiveTable.Observations);
        Requests.Check(description, trajectory, steps);
        var deviations = parts.Has(TableFormat.Sigma) ? null : description.Deviations();
        var stretch = Stretches.Blank(trajectory, steps, description.SiteCount, parts.Has(TableFormat.Sigma) || deviations is not null);
        var filter = new RowFilter(trajectory, steps.Intersect(description.Steps));
        if (filter.Steps!.Value.Count > 0)
        {
            using var cursor = Cursor(description, parts, deviations, filter, which);
            cursor.Fill(stretch);
            cursor.ExpectEnd();
        }

        return stretch;
    }

    /// <inheritdoc/>
    /// <remarks>One pass over the rows: what neighbouring stretches share is carried over, not read twice.</remarks>
    /// <exception cref="ArgumentException">The length is below 1 or the halo below 0.</exception>
    public IEnumerable<ObservationStretch> ReadStretches(RecordRange range, int length, int halo, ObservationSubset which = ObservationSubset.Input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(halo);
        var (description, parts) = ForReading(ArchiveTable.Observations);
        range.Require(description);
        var deviations = parts.Has(TableFormat.Sigma) ? null : description.Deviations();
        // A whole record is read without a filter, so that rows out of range are met, too.
        var filter = range == RecordRange.Whole(description)
            ? default
            : new RowFilter(range.FirstTrajectory, range.Steps.Widen(halo, halo).Intersect(description.Steps), LastTrajectory: range.EndTrajectory - 1);
        return Enumerate();

        IEnumerable<ObservationStretch> Enumerate()
        {
            using var cursor = Cursor(description, parts, deviations, filter, which);
            for (var trajectory = range.FirstTrajectory; trajectory < range.EndTrajectory; trajectory++)
            {
                ObservationStretch? next = null;
                foreach (var core in Stretches.Of(range.Steps, length))
                {
                    var stretch = next
                        ?? Stretches.Blank(trajectory, core.Widen(halo, halo), description.SiteCount, parts.Has(TableFormat.Sigma) || deviations is not null);
                    cursor.Fill(stretch);
                    next = core.End < range.Steps.End
                        ? Following(stretch, new StepRange(core.End, Math.Min(core.End + length, range.Steps.End)).Widen(halo, halo))
                        : null;
                    yield return stretch;
                }
            }

            cursor.ExpectEnd();
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ObservationStretch> ReadStretches(int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        ReadStretches(RecordRange.Whole(Description), length, halo, which);

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => HasTable(ArchiveTable.Forcing) ? ReadStates(ArchiveTable.Forcing, trajectory) : [];

    /// <summary>Reads states in blocks of consecutive steps, streaming.</summary>
    /// <param name="table">Truth, analyses or forecasts.</param>
    /// <param name="trajectory">One trajectory, or all.</param>
    /// <param name="steps">A range of steps (for forecasts, of their start), or all.</param>
    /// <param name="lead">For forecasts, one lead in steps, or all.</param>
    /// <returns>Blocks of at most 1024 states, sorted by (trajectory, step, lead).</returns>
    /// <exception cref="ArchiveFormatException">There is no such table, or a row is out of order or range or not finite; the latter while
    /// enumerating.</exception>
    public IEnumerable<StateBlock> ReadStates(ArchiveTable table, int? trajectory = null, StepRange? steps = null, int? lead = null) =>
        ReadSelected(table, StateContent.All, trajectory, steps, lead)
            .Select(Block);

    /// <summary>Reads the states of a range, in blocks of consecutive steps, streaming.</summary>
    /// <param name="table">Truth, analyses or forecasts.</param>
    /// <param name="range">Which trajectories, and which steps of each (for forecasts, of their start); <see cref="RecordRange.Every"/> is not looked
    /// at.</param>
    /// <returns>Blocks of at most 1024 states, sorted by (trajectory, step, lead).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the record.</exception>
    /// <exception cref="ArchiveFormatException">As for <see cref="ReadStates(ArchiveTable, int?, StepRange?, int?)"/>.</exception>
    public IEnumerable<StateBlock> ReadStates(ArchiveTable table, RecordRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        RequireStates(table);
        var (description, parts) = ForReading(table);
        range.Require(description);
        return Read(description, parts, new RowFilter(range.FirstTrajectory, range.Steps, LastTrajectory: range.EndTrajectory - 1), StateContent.All)
            .Select(Block);
    }

    /// <summary>Reads what is asked for of a table of states, in blocks of consecutive steps, streaming; the other columns are not read from the
    /// files.</summary>
    /// <param name="table">Truth, analyses or forecasts.</param>
    /// <param name="content">What to read besides trajectories and steps.</param>
    /// <param name="trajectory">One trajectory, or all.</param>
    /// <param name="steps">A range of steps (for forecasts, of their start), or all.</param>
    /// <param name="lead">For forecasts, one lead in steps, or all.</param>
    /// <returns>Blocks of at most 1024 rows, sorted by (trajectory, step, lead).</returns>
    /// <exception cref="ArchiveFormatException">As for <see cref="ReadStates(ArchiveTable, int?, StepRange?, int?)"/>, for what is read.</exception>
    public IEnumerable<SelectedStates> ReadSelected(
        ArchiveTable table, StateContent content, int? trajectory = null, StepRange? steps = null, int? lead = null)
    {
        RequireStates(table);
        var (description, parts) = ForReading(table);
        Requests.Check(description, trajectory ?? 0, steps ?? description.Steps);
        if (lead is not null && table != ArchiveTable.Forecasts)
        {
            throw new ArgumentException($"Expected a lead for forecasts only, got one for {PartNames.Folder(table)}.", nameof(lead));
        }

        return Read(description, parts, new RowFilter(trajectory, steps, lead), content);
    }

    /// <summary>Reads all analyses as records, streaming; each enumeration reads anew. ML.NET's <c>LoadFromEnumerable</c> takes them.</summary>
    /// <returns>Plain records, sorted by (trajectory, step), each with arrays of its own.</returns>
    /// <exception cref="ArchiveFormatException">As for <see cref="ReadStates(ArchiveTable, int?, StepRange?, int?)"/>.</exception>
    public IEnumerable<AnalysisRecord> ReadAnalyses()
    {
        foreach (var block in ReadStates(ArchiveTable.Analyses))
        {
            for (var row = 0; row < block.Count; row++)
            {
                var (start, size) = (row * block.StateSize, block.StateSize);
                yield return new AnalysisRecord(
                    block.Trajectory, block.FirstStep + row, block.States.Slice(start, size).ToArray(), block.Spread?.Slice(start, size).ToArray());
            }
        }
    }

    /// <summary>Writes the observations, streaming, and replaces those that the archive has.</summary>
    /// <param name="stretches">Dense stretches sorted by (trajectory, step), without overlap; entries with mask 0 are not written. All have sigma or
    /// none.</param>
    /// <exception cref="ArgumentException">A stretch is out of order or range, or an entry is not finite; the archive is as it was.</exception>
    /// <exception cref="IOException">The disk is full or fails; the archive is as it was.</exception>
    public void WriteObservations(IEnumerable<ObservationStretch> stretches)
    {
        using var rows = new ObservationRows(Description, stretches);
        Write(ArchiveTable.Observations, rows);
    }

    /// <summary>Writes a table of states, streaming, and replaces the one that the archive has.</summary>
    /// <param name="table">Truth, analyses or forecasts.</param>
    /// <param name="blocks"> Blocks sorted by (trajectory, step, lead), without overlap, all with states of one length and all with a spread or none.
    /// </param>
    /// <param name="note">What the table says of itself, such as how far analyses look ahead; by default nothing is known.</param>
    /// <exception cref="ArgumentException">A block is out of order or range, or an entry is not finite; the archive is as it was.</exception>
    /// <exception cref="IOException">The disk is full or fails; the archive is as it was.</exception>
    public void WriteStates(ArchiveTable table, IEnumerable<StateBlock> blocks, TableNote? note = null)
    {
        RequireStates(table);
        using var rows = new StateRows(table, Description, blocks, note);
        Write(table, rows, note);
    }

    /// <summary>Takes what was estimated of the record into the description; tables stay.</summary>
    /// <param name="system">The system, in place of the one that the archive names; it goes with the archive's sites.</param>
    /// <param name="sigma">The standard deviation of the observations' errors; nothing to leave it as it is.</param>
    public void TakeEstimates(Component system, double? sigma)
    {
        lock (_writing)
        {
            _content = Load(TableSeal.TakeEstimates(_store, system, sigma));
        }
    }

    /// <summary>Reads everything and checks it: the checksum of every part, and every row of every table.</summary>
    /// <exception cref="ArchiveFormatException">The first fault found.</exception>
    public void Verify() => Verify(CancellationToken.None);

    /// <summary>Reads everything and checks it, until it is stopped.</summary>
    /// <param name="cancellation">Stops between parts and pieces of them.</param>
    /// <exception cref="ArchiveFormatException">The first fault found.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Verify(CancellationToken cancellation)
    {
        var content = Current;
        foreach (var (name, expected) in content.Description.Checksums)
        {
            content.Files.Check(name, expected, cancellation);
        }

        if (ObservationCheck.FirstFault(content.Tables[ArchiveTable.Observations], content.Description, cancellation: cancellation) is { } fault)
        {
            throw fault;
        }

        foreach (var parts in content.Tables.Values.Where(t => t.Table != ArchiveTable.Observations && t.All.Count > 0))
        {
            using var cursor = new StateCursor(parts, content.Description, default);
            while (cursor.Next() is not null)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Refuses to go on where a table was replaced after the archive was opened.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="ArchiveFormatException">It was.</exception>
    public void RequireSame(ArchiveTable table)
    {
        if (!Parts(Current.Description).SequenceEqual(Parts(ArchiveDirectory.ReadDescription(_store))))
        {
            throw new ArchiveFormatException(
                $"{Path}: expected the {PartNames.Folder(table)} that were there when it was opened, got others. Run the command again.");
        }

        IEnumerable<string> Parts(ArchiveDescription description) => PartNames.In(description, table).Select(name => $"{name} {description.Checksums[name]}");
    }

    /// <summary>Ends the use of this object; the files stay.</summary>
    public void Dispose() => _isDisposed = true;

    private Content Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _content;
        }
    }

    private static void RequireStates(ArchiveTable table)
    {
        if (table == ArchiveTable.Observations || !Enum.IsDefined(table))
        {
            throw new ArgumentException($"Expected a table of states (truth, analyses or forecasts), got {table}.", nameof(table));
        }
    }

    private static IEnumerable<SelectedStates> Read(ArchiveDescription description, TableParts parts, RowFilter filter, StateContent content)
    {
        using var cursor = new StateCursor(parts, description, filter, content);
        while (cursor.Next() is { } rows)
        {
            yield return rows;
        }
    }

    private static StateBlock Block(SelectedStates rows) =>
        new(rows.Trajectory, rows.FirstStep, rows.StateSize, rows.States!.Value, rows.Spread, rows.Lead) { Band = rows.Band };

    private static ObservationStretch Following(ObservationStretch stretch, StepRange steps)
    {
        var next = Stretches.Blank(stretch.Trajectory, steps, stretch.SiteCount, stretch.Sigma is not null);
        Stretches.CopyShared(stretch, next);
        return next;
    }

    private static ObservationCursor Cursor(
        ArchiveDescription description, TableParts parts, float[]? deviations, RowFilter filter, ObservationSubset which)
    {
        var selectsNothing = which == ObservationSubset.Withheld && description.Withheld.Fraction == 0;
        return new(selectsNothing ? null : parts.Read(filter), description, which, parts.Has(TableFormat.Sigma), deviations, () =>
            ObservationCheck.FirstFault(parts, description, filter) ?? ObservationCheck.FirstFault(parts, description)
            ?? new ArchiveFormatException($"{parts.All[0].Place}: the file changed while it was read. Open the archive again."));
    }

    private (ArchiveDescription Description, TableParts Parts) ForReading(ArchiveTable table)
    {
        var content = Current;
        var parts = content.Tables[table];
        return parts.All.Count > 0
            ? (content.Description, parts)
            : throw new ArchiveFormatException($"{Path}: expected the table '{PartNames.Folder(table)}', got an archive without it. {TableFormat.Cure(table)}");
    }

    /// <summary>Writes rows that are sorted and checked already, and replaces the table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="note">What it says of itself, where that is known.</param>
    internal void Write(ArchiveTable table, PartRows rows, TableNote? note = null)
    {
        lock (_writing)
        {
            _ = Current;
            if (!rows.NextPart())
            {
                throw new ArgumentException($"Expected at least one row to write to {PartNames.Folder(table)}, got none.");
            }

            _content = Load(new TableWriter(_engine, _store, table).Write(Description, rows, note));
        }
    }

    private Content Load(ArchiveDescription description)
    {
        var files = new PartFiles(_engine, _store, new PartChecks(_verifies));
        return new(
            description, files, Enum.GetValues<ArchiveTable>().ToDictionary(t => t, t => new TableParts(files, description, t, isFar: _store.Folder is null)));
    }

    private sealed record Content(ArchiveDescription Description, PartFiles Files, IReadOnlyDictionary<ArchiveTable, TableParts> Tables);
}
