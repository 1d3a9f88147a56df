using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>
/// Makes a table of states part by part, in one process or several: a part counts once its manifest is there, and the table replaces the one before when all of
/// them are.
/// </summary>
/// <remarks>
/// A process that was killed, at whatever moment, is started again and makes the parts that are missing. Everything lies under <c>TABLE/</c> of the archive:
/// the parts under their final names, <c>run/plan.json</c>, <c>run/part-N.json</c> for each finished part (range, rows, length, SHA-256, origin), and locks.
/// Readers go by <c>archive.json</c> and see the table before until <see cref="TrySeal"/>. One thread at a time, but for <see cref="Commit"/>, which may run
/// beside <see cref="Stage"/>.
/// </remarks>
public sealed class TableRun : IDisposable
{
    private readonly IArchiveStore _store;
    private readonly ArchiveTable _table;
    private readonly IParquetEngine _engine;
    private readonly RunFolder _folder;
    private readonly RunLocks _locks;
    private readonly IStoreClaim _held;
    private readonly RunPlan? _plan;

    private TableRun(IArchiveStore store, ArchiveTable table, TableRunRequest request)
    {
        (_store, _table, _engine) = (store, table, ParquetEngines.Of(request.Engine));
        (_folder, _locks) = (new RunFolder(store, table), new RunLocks(store, table));
        using var planning = _locks.Plan();
        _locks.RefuseWriter();
        _held = _locks.Take(request.Shard);
        try
        {
            _plan = Plan(request, planning);
            var mine = _plan?.Parts.Where((_, place) => request.Shard.Owns(place)).ToList() ?? [];
            Pending = _plan is null ? [] : [.. mine.Zip(_folder.ReadManifests(_plan, mine, verifies: false)).Where(p => p.Second is null).Select(p => p.First)];
            (Owned, IsSealed) = (mine.Count, _plan is null);
            RemoveStaged(mine);
        }
        catch
        {
            _held.Dispose();
            RunSeal.RemoveFolder(_store, _folder, _locks, planning);
            throw;
        }
    }

    /// <summary>Whether the table is whole and names this run's origin; then there is nothing to do.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>What the table says of itself once it is sealed, the warnings of all parts included; nothing before.</summary>
    public TableNote? Note => IsSealed ? ArchiveDirectory.ReadDescription(_store).NoteOf(_table) : null;

    /// <summary>The parts of this shard that were not there when the run was opened.</summary>
    public IReadOnlyList<RunPart> Pending { get; }

    /// <summary>The number of this shard's parts, finished or not.</summary>
    public int Owned { get; }

    /// <summary>Begins a run, or goes on with one.</summary>
    /// <param name="path">The archive's directory.</param>
    /// <param name="table">Analyses or forecasts.</param>
    /// <param name="request">What it makes.</param>
    /// <exception cref="IOException">An unfinished run of another origin, or another process on the same shard.</exception>
    /// <exception cref="ArchiveFormatException">The plan or a manifest is damaged, or a finished part is gone.</exception>
    public static TableRun Open(string path, ArchiveTable table, TableRunRequest request) =>
        table is ArchiveTable.Analyses or ArchiveTable.Forecasts
            ? new TableRun(ArchiveStores.Of(path), table, request)
            : throw new ArgumentException($"Expected a table of analyses or forecasts, got {table}.", nameof(table));

    /// <summary>Writes a part under a temporary name.</summary>
    /// <param name="part">One of <see cref="Pending"/>.</param>
    /// <param name="blocks">All of its states, sorted by (trajectory, step, lead), once each.</param>
    /// <exception cref="ArgumentException">States are missing, beyond the part, or not finite; nothing was kept.</exception>
    /// <exception cref="IOException">The disk is full or fails; nothing was kept.</exception>
    public StagedPart Stage(RunPart part, IEnumerable<StateBlock> blocks)
    {
        var temporary = _store.TemporaryFile(PartNames.Of(_table, part.Number));
        var count = new RowCount();
        try
        {
            using var rows = new StateRows(_table, _plan!.Description, Within(part, blocks, count), _plan.Note) { PartSize = long.MaxValue };
            if (!rows.NextPart())
            {
                throw new ArgumentException($"Part {part.Number}: expected the states of {part.Range}, got none.");
            }

            _engine.Write(temporary, rows, rows.RowGroupSize);
            return count.Rows == part.RowCount
                ? new StagedPart(part, temporary, count.Rows)
                : throw new ArgumentException(
                    FormattableString.Invariant($"Part {part.Number}: expected {part.RowCount} states ({part.Range}), got {count.Rows}."));
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Flushes a part to disk and lets it count.</summary>
    /// <param name="staged">The part.</param>
    /// <param name="warnings">What there is to say against it; kept with it, and with the table once that is sealed.</param>
    /// <param name="unsound">Its stretches that are not what was asked for, in any order; kept as the warnings are.</param>
    /// <exception cref="IOException">The disk fails; the part does not count.</exception>
    public void Commit(StagedPart staged, IReadOnlyList<ResultWarning>? warnings = null, IReadOnlyList<UnsoundStretch>? unsound = null)
    {
        var name = _store.NewName(PartNames.Of(_table, staged.Part.Number));
        try
        {
            var bytes = new FileInfo(staged.Path).Length;
            var checksum = TableWriter.FlushedChecksum(staged.Path);
            _held.Require();
            if (!_store.TryAdd(name, staged.Path, checksum))
            {
                _store.Delete(name); // a killed process left it: the shard is ours
                Require(_store.TryAdd(name, staged.Path, checksum), name);
            }

            Add(new PartManifest
            {
                Part = staged.Part,
                Name = name == PartNames.Plain(name) ? null : name,
                Rows = staged.Rows,
                Bytes = bytes,
                Sha256 = checksum,
                Warnings = warnings is { Count: > 0 } ? warnings : null,
                Unsound = UnsoundStretches.Of(unsound ?? []),
                Origin = _plan!.Origin,
            });
        }
        catch
        {
            File.Delete(staged.Path);
            throw;
        }
    }

    /// <summary>Lets the table replace the one before, if all parts of all shards are there.</summary>
    /// <returns>Whether it did, or another process has.</returns>
    /// <exception cref="ArchiveFormatException">A part or its manifest is damaged.</exception>
    public bool TrySeal()
    {
        if (!IsSealed)
        {
            using var held = _locks.Plan();
            IsSealed = _folder.ReadPlan() is { } now && RunFolder.Difference(_plan!.Origin, now.Origin) is null
                ? RunSeal.Try(_store, _table, _folder, now, held)
                : IsMade(_plan!.Origin)
                    ? true : throw new IOException($"{_folder.Place}: expected the plan of this run, got it removed or replaced. Run the command again.");
        }

        return IsSealed;
    }

    /// <summary>Lets other processes have the shard; what is not finished can be gone on with, and a run that has made nothing leaves nothing.</summary>
    public void Dispose()
    {
        _held.Dispose();
        using var held = _locks.Plan();
        if (!IsSealed && !_folder.HasManifests && !_locks.AnyHeld())
        {
            RunSeal.Discard(_store, _folder, held);
        }

        RunSeal.RemoveFolder(_store, _folder, _locks, held);
    }

    // The plan that is there, or a new one; none where the table was made from the same already.
    private RunPlan? Plan(TableRunRequest request, IStoreClaim planning)
    {
        if (request.IsRestarted)
        {
            RunSeal.Discard(_store, _folder, planning);
        }
        else if (_folder.ReadPlan() is { } unfinished)
        {
            if (RunFolder.Difference(unfinished.Origin, request.Origin) is not { } difference)
            {
                return unfinished;
            }

            // A plan of which nothing was made, and at which nobody is, binds nobody.
            if (_folder.HasManifests || _locks.AnyHeld(request.Shard))
            {
                throw new IOException(
                    $"{_folder.Place}: expected to go on with the unfinished run, got one with {difference}. Finish that run with the command that began it, "
                        + "or throw it away with --restart (without --shard).");
            }
        }

        if (!request.IsRestarted && IsMade(request.Origin))
        {
            TableSeal.RemoveLeft(_store, _table, planning); // of the table before, where a process was killed after it had sealed
            TableSeal.Annotate(_store, _table, request.Note);
            return null;
        }

        RunSeal.Discard(_store, _folder, planning);
        TableSeal.RemoveLeft(_store, _table, planning);
        var description = ArchiveDirectory.Find(_store)?.Description ?? request.Description with { Checksums = new(StringComparer.Ordinal) };
        var first = TableWriter.NextNumber(_store, description, _table);
        var plan = new RunPlan { Origin = request.Origin, Note = request.Note, Description = description,
            Parts = [.. request.Parts.Select(part => part with { Number = first + part.Number })] };
        Require(_store.TryReplace(_folder.PlanName, CodaJson.BytesWithDigest(plan), version: null) is not null, _folder.PlanName);
        return plan;
    }

    // Whether the table that archive.json names was made from an origin.
    private bool IsMade(SortedDictionary<string, string> origin) =>
        ArchiveDirectory.Find(_store)?.Description.Origins?.GetValueOrDefault(PartNames.Folder(_table)) is { } made
            && RunFolder.Difference(made, origin) is null;

    // What a killed process left of this shard's parts; its claim is ours, so nobody is at them.
    private void RemoveStaged(IEnumerable<RunPart> parts)
    {
        var names = parts.Select(part => Path.GetFileName(PartNames.Of(_table, part.Number))).ToHashSet();
        _store.Tidy(PartNames.Folder(_table), names.Contains);
    }

    // A manifest that is there already is of another process on the shard, which stood still for so long that its claim was lost, or of an older plan.
    private void Add(PartManifest manifest)
    {
        var name = _folder.ManifestName(manifest.Part.Number);
        Require(_store.TryReplace(name, CodaJson.BytesWithDigest(manifest), version: null) is not null, name);
    }

    private void Require(bool isDone, string name)
    {
        if (!isDone)
        {
            throw new IOException($"{_store.PlaceOf(name)}: expected to be the one that writes it, got another process that has. Run the command again.");
        }
    }

    private static IEnumerable<StateBlock> Within(RunPart part, IEnumerable<StateBlock> blocks, RowCount count)
    {
        foreach (var block in blocks)
        {
            var steps = new Time.StepRange(block.FirstStep, block.FirstStep + block.Count);
            if (block.Trajectory < part.Range.FirstTrajectory || block.Trajectory >= part.Range.EndTrajectory || steps.Intersect(part.Range.Steps) != steps)
            {
                throw new ArgumentException($"Part {part.Number}: expected states of {part.Range}, got some of trajectory {block.Trajectory}, steps {steps}.");
            }

            count.Rows += block.Count;
            yield return block;
        }
    }

    private sealed class RowCount
    {
        public long Rows { get; set; }
    }
}
