using System.Globalization;
using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Runs;

/// <summary>The claims of a run's processes.</summary>
/// <param name="store">Where the archive's files are.</param>
/// <param name="table">The table.</param>
internal sealed class RunLocks(IArchiveStore store, ArchiveTable table)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private string Table => PartNames.Folder(table);

    private string Run => $"{Table}/run";

    /// <summary>Waits for the claim under which plans are made and tables sealed; held for moments.</summary>
    /// <remarks>It lies beside the run's folder, which is removed under it.</remarks>
    public IStoreClaim Plan()
    {
        while (true)
        {
            if (store.TryClaim($"{Table}/.run.lock") is { } held)
            {
                return held;
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Takes the claim of whoever writes the table at once; while it is held, no run of the table begins or goes on.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public IStoreClaim TakeTable()
    {
        using var planning = Plan();
        return store.TryClaim(Writing) ?? throw Written();
    }

    /// <summary>Refuses to begin while another writes the table at once; under the plan's claim.</summary>
    /// <exception cref="IOException">Another process does.</exception>
    public void RefuseWriter()
    {
        if (IsHeld(Writing))
        {
            throw Written();
        }
    }

    /// <summary>Whether any process has a shard other than one; under the plan's claim.</summary>
    /// <param name="mine">The shard that does not count.</param>
    public bool AnyHeld(Shard? mine = null) => Shards().Any(shard => (mine is null || shard.Name != NameOf(mine)) && IsHeld(shard.Name));

    /// <summary>Takes the claim of one shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <exception cref="IOException">Another process has it, or processes with another number of shards are at work.</exception>
    public IStoreClaim Take(Shard shard)
    {
        var held = store.TryClaim(NameOf(shard)) ?? throw new IOException(
            $"{store.PlaceOf(Run)}: expected no other process on shard {shard}, got one. Wait for it, or give each process a shard of its own "
                + "(--shard INDEX/COUNT).");
        foreach (var (other, count) in Shards())
        {
            if (count != shard.Count && IsHeld(other))
            {
                held.Dispose();
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{store.PlaceOf(Run)}: expected no process with another number of shards than {shard.Count}, got one of {count}. "
                        + $"Wait for it, or use the same number."));
            }
        }

        return held;
    }

    private string NameOf(Shard shard) => FormattableString.Invariant($"{Run}/shard-{shard.Index}-of-{shard.Count}.lock");

    private string Writing => $"{Table}/.write.lock";

    private IOException Written() => new(
        $"{store.PlaceOf(Table)}: expected no other process that writes this table, got one. Wait for it, or choose another --output.");

    private IEnumerable<(string Name, int Count)> Shards() =>
        from file in store.List(Run)
        where Path.GetFileName(file.Name).StartsWith("shard-", StringComparison.Ordinal) && file.Name.EndsWith(".lock", StringComparison.Ordinal)
        let count = int.TryParse(Path.GetFileNameWithoutExtension(file.Name).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0
        where count > 0
        select (file.Name, count);

    private bool IsHeld(string name)
    {
        using var held = store.TryClaim(name);
        return held is null;
    }
}
