using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Time;

namespace Coda.Data.Archives.Runs;

/// <summary>A table of an archive that grows: parts are added to it one after the other, and none is ever replaced.</summary>
/// <remarks>
/// <see cref="Write"/> makes a whole file that does not count, <see cref="Name"/> lets <c>archive.json</c> name files, and may be repeated; so whoever keeps
/// the list of what was written between the two loses and doubles nothing when it is killed. Rows are sorted by trajectory and step through the parts in the
/// order of their numbers, so each trajectory has <see cref="PartsOfATrajectory"/> numbers of its own. Holds the table's lock; one thread at a time.
/// </remarks>
public sealed class TableAppend : IDisposable
{
    /// <summary>The most parts of one trajectory: part n of trajectory t has the number t times this, plus n.</summary>
    public const int PartsOfATrajectory = 1_000_000;

    /// <summary>The most trajectories.</summary>
    public const int MostTrajectories = int.MaxValue / PartsOfATrajectory;

    private readonly IArchiveStore _store;
    private readonly ArchiveTable _table;
    private readonly IParquetEngine _engine;
    private readonly IStoreClaim _held;

    /// <summary>Takes the table.</summary>
    /// <param name="path">The archive's directory, or an address, which is made if need be; the archive is made by the first <see cref="Name"/>.</param>
    /// <param name="table">Analyses.</param>
    /// <param name="engine">What writes its files.</param>
    /// <exception cref="IOException">Another process writes the table, or a run of it is unfinished.</exception>
    public TableAppend(string path, ArchiveTable table, ParquetEngine engine = ParquetEngine.DuckDb)
    {
        (_store, _table, _engine) = (ArchiveStores.Of(path), table, ParquetEngines.Of(engine));
        _held = new RunLocks(_store, table).TakeTable();
        try
        {
            new RunFolder(_store, table).Refuse();
        }
        catch
        {
            _held.Dispose();
            throw;
        }
    }

    /// <summary>The number of the table's parts that count; nothing where there is no archive yet.</summary>
    public int? Count => ArchiveDirectory.Find(_store) is { } found ? PartNames.In(found.Description, _table).Count() : null;

    /// <summary>Writes a part, whole and flushed to disk; it does not count before <see cref="Name"/>.</summary>
    /// <param name="description">What the archive will hold with it.</param>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="part">The number among its parts, from 0.</param>
    /// <param name="blocks">Consecutive states of the trajectory, after those of its earlier parts.</param>
    /// <param name="note">What the table says of itself.</param>
    /// <returns>Its name in the archive, and its SHA-256.</returns>
    /// <exception cref="ArgumentException">A state is beyond the description, or not finite.</exception>
    /// <exception cref="IOException">The disk is full or fails, or the trajectory has as many parts as it may have.</exception>
    public KeyValuePair<string, string> Write(ArchiveDescription description, int trajectory, int part, IReadOnlyList<StateBlock> blocks, TableNote note)
    {
        if (trajectory >= MostTrajectories || part >= PartsOfATrajectory)
        {
            throw new IOException(FormattableString.Invariant(
                $"{_store.Place}: expected at most {MostTrajectories} trajectories of {PartsOfATrajectory} parts each, got trajectory {trajectory}, ")
                + FormattableString.Invariant($"part {part}. ")
                + "Take larger parts, or begin another archive.");
        }

        var name = _store.NewName(PartNames.Of(_table, checked((trajectory * PartsOfATrajectory) + part)));
        var temporary = _store.TemporaryFile(name);
        try
        {
            using var rows = new StateRows(_table, description, blocks, note) { PartSize = long.MaxValue };
            if (!rows.NextPart())
            {
                throw new ArgumentException($"{name}: expected at least one state, got none.");
            }

            _engine.Write(temporary, rows, rows.RowGroupSize);
            var checksum = TableWriter.FlushedChecksum(temporary);
            _held.Require();
            if (!_store.TryAdd(name, temporary, checksum))
            {
                _store.Delete(name); // a killed process left it: it never counted
                if (!_store.TryAdd(name, temporary, checksum))
                {
                    throw new IOException(
                        $"{_store.PlaceOf(name)}: expected to be the one that writes it, got another process that has. Run the command again.");
                }
            }

            return new(name, checksum);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Lets <c>archive.json</c> name parts, and tell of the steps and trajectories that they reach to; in one step, and to the same end if done
    /// again.</summary>
    /// <param name="description">What the archive holds with them; its checksums are not looked at.</param>
    /// <param name="parts">What <see cref="Write"/> gave.</param>
    /// <param name="note">What the table says of itself.</param>
    /// <exception cref="IOException">The archive is of another record; or it could not be written.</exception>
    /// <exception cref="ArchiveFormatException">The description that is there is damaged.</exception>
    public void Name(ArchiveDescription description, IReadOnlyDictionary<string, string> parts, TableNote note)
    {
        TableSeal.Change(_store, _held, found =>
        {
            var current = found ?? description with { Checksums = new(StringComparer.Ordinal) };
            Require(current, description);
            var checksums = new SortedDictionary<string, string>(current.Checksums, StringComparer.Ordinal);
            foreach (var (name, checksum) in parts)
            {
                checksums[name] = checksum;
            }

            return current with
            {
                Checksums = checksums,
                Steps = new StepRange(Math.Min(current.Steps.Start, description.Steps.Start), Math.Max(current.Steps.End, description.Steps.End)),
                TrajectoryCount = Math.Max(current.TrajectoryCount, description.TrajectoryCount), TimeOrigin = description.TimeOrigin,
                Notes = new(current.Notes ?? [], StringComparer.Ordinal) { [PartNames.Folder(_table)] = note },
                Origins = description.Origins ?? current.Origins,
            };
        });
    }

    /// <summary>Removes what a killed process left: parts that do not count, and halves of files.</summary>
    public void RemoveUnnamed()
    {
        _store.Tidy(PartNames.Folder(_table), name => PartNames.IsPartName($"{PartNames.Folder(_table)}/{name}"));
        if (ArchiveDirectory.Has(_store))
        {
            TableSeal.RemoveLeft(_store, _table, _held);
        }
    }

    /// <summary>Lets others write the table; where nothing was written, nothing stays.</summary>
    public void Dispose()
    {
        _held.Dispose();
        _store.Tidy(PartNames.Folder(_table), _ => false);
        _store.Tidy("", _ => false);
    }

    private void Require(ArchiveDescription current, ArchiveDescription description)
    {
        description.RequireSameSites(current, _store.Place);
        if (current.StepLength != description.StepLength || current.TimeUnit != description.TimeUnit
            || (current.TimeOrigin is { } origin && origin != description.TimeOrigin))
        {
            throw new IOException(FormattableString.Invariant(
                $"{_store.Place}: expected an archive of steps of {description.StepLength} {description.TimeUnit} from {description.TimeOrigin ?? "0"}, ")
                + "got one of "
                + FormattableString.Invariant($"{current.StepLength} {current.TimeUnit} from {current.TimeOrigin ?? "0"}. Choose another --output."));
        }
    }
}
