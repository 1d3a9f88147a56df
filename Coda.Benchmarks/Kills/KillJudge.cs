using Coda.Data.Archives.Stored;
using Coda.Data.Cards;

namespace Coda.Benchmarks.Kills;

/// <summary>Compares what a killed command left with what was there before it and what it makes undisturbed.</summary>
/// <param name="before">What was there before.</param>
/// <param name="made">What it makes.</param>
internal sealed class KillJudge(IReadOnlyDictionary<string, byte[]> before, IReadOnlyDictionary<string, byte[]> made)
{
    private const string Description = "archive.json";

    // Contents by names without what differs from run to run.
    private readonly HashSet<(string, string)> _known =
        [.. before.Concat(made).Where(f => !KilledFiles.IsOfRun(f.Key)).Select(f => (Kind(f.Key), KilledFiles.Content(f.Key, f.Value)))];

    private readonly SortedDictionary<string, string> _made = KilledFiles.Normal(made);

    /// <summary>Whether what the command makes is there, with nothing else.</summary>
    /// <param name="files">What lies there.</param>
    public bool IsMade(IReadOnlyDictionary<string, byte[]> files) => IsReadable(files) && KilledFiles.Normal(files).SequenceEqual(_made);

    /// <summary>What must not be after a kill: each file under its final name is whole, and is either that of before or that of the command.</summary>
    /// <param name="files">What lies there.</param>
    /// <param name="address">Where.</param>
    public IEnumerable<(KillVerdict Verdict, string Detail)> Killed(IReadOnlyDictionary<string, byte[]> files, string address)
    {
        // A table holds what there is so far.
        foreach (var (name, content) in files.Where(f => !IsTemporary(f.Key)))
        {
            if (!KilledFiles.IsWhole(name, content))
            {
                yield return (KillVerdict.Mixed, $"{name} is cut, or has another digest than it says");
            }
            else if (!KilledFiles.IsOfRun(name) && !KilledFiles.IsTable(name) && !_known.Contains((Kind(name), KilledFiles.Content(name, content))))
            {
                yield return (KillVerdict.Mixed, $"{name} is neither that of before nor that of the command");
            }
        }

        foreach (var name in before.Keys.Where(name => Path.GetFileName(name) == Description && !files.ContainsKey(name)))
        {
            yield return (KillVerdict.Lost, $"{name} is gone");
        }

        foreach (var name in files.Keys.Where(name => Path.GetFileName(name) is Description or ModelFolder.Card && !IsTemporary(name)))
        {
            if (Fault(address, name) is { } fault)
            {
                yield return (KillVerdict.Mixed, fault);
            }
        }
    }

    /// <summary>What must not be after the end: nothing is missing, nothing is left, and all has the bits of a run that nobody disturbed.</summary>
    /// <param name="files">What lies there.</param>
    public IEnumerable<(KillVerdict Verdict, string Detail)> Ended(IReadOnlyDictionary<string, byte[]> files)
    {
        var now = KilledFiles.Normal(files);
        return
        [
            .. _made.Keys.Except(now.Keys).Select(name => (KillVerdict.Lost, $"{name} is missing")),
            .. now.Keys.Except(_made.Keys).Select(name => (KillVerdict.Left, $"{name} is left")),
            .. now.Where(f => _made.TryGetValue(f.Key, out var content) && content != f.Value).Select(f => (KillVerdict.Mixed, $"{f.Key} has other bits")),
        ];
    }

    // What every reader does first: an archive with all of its parts and checksums, a model with all of its files.
    private static string? Fault(string address, string name)
    {
        var folder = name.Contains('/', StringComparison.Ordinal) ? $"{address}/{Path.GetDirectoryName(name)}" : address;
        try
        {
            if (Path.GetFileName(name) == ModelFolder.Card)
            {
                _ = ModelFolder.ReadCard(folder);
                return null;
            }

            using var archive = ParquetArchive.Open(folder);
            archive.Verify();
            return null;
        }
        catch (Exception fault) when (fault is InvalidDataException or FileNotFoundException or Data.Archives.ArchiveFormatException)
        {
            return fault.Message;
        }
    }

    private static bool IsReadable(IReadOnlyDictionary<string, byte[]> files) => files.All(f => KilledFiles.IsWhole(f.Key, f.Value));

    private static bool IsTemporary(string name) => name.Contains(".partial", StringComparison.Ordinal);

    // Parts have names of their own in every run; other files have one.
    private static string Kind(string name) => name.EndsWith(".parquet", StringComparison.Ordinal) ? ".parquet" : name;
}
