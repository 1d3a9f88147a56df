using System.Text.RegularExpressions;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;
using Coda.Inference.Impact;

namespace Coda.Workflows.Weighing;

/// <summary>What a weighing has made so far, a file a trajectory, so that one that was stopped goes on and several processes share one.</summary>
internal sealed partial class ImpactParts
{
    /// <summary>What helps where a part was changed.</summary>
    public const string Cure = "Begin anew (--restart).";

    private readonly string _output;
    private readonly RecordRange _range;
    private readonly SortedDictionary<string, string> _origin;

    private ImpactParts(string output, RecordRange range, SortedDictionary<string, string> origin) => (_output, _range, _origin) = (output, range, origin);

    /// <summary>Opens the parts of a folder, or begins them.</summary>
    /// <param name="output">The folder for the tables.</param>
    /// <param name="range">The steps to weigh.</param>
    /// <param name="origin">All that the parts depend on.</param>
    /// <param name="isRestarted">Whether to throw away what is there.</param>
    /// <exception cref="ArgumentException">There are parts of another weighing.</exception>
    public static ImpactParts Open(string output, RecordRange range, SortedDictionary<string, string> origin, bool isRestarted)
    {
        var parts = new ImpactParts(output, range, origin);
        using var turn = parts.Lock();
        if (isRestarted)
        {
            parts.RemoveAny();
        }

        if (!File.Exists(parts.PlanPath))
        {
            Directory.CreateDirectory(parts.Folder);
            CodaJson.WriteWithDigest(parts.PlanPath, new ImpactPlan(origin));
        }

        var before = CodaJson.Read<ImpactPlan>(parts.PlanPath, Cure).Origin;
        var other = before.Keys.Union(origin.Keys).Order(StringComparer.Ordinal)
            .FirstOrDefault(key => before.GetValueOrDefault(key) != origin.GetValueOrDefault(key));
        return other is null ? parts : throw new ArgumentException(
            $"{output}: expected parts of this weighing, got those of another one, with {other} {before.GetValueOrDefault(other) ?? "none"} and not "
            + $"{origin.GetValueOrDefault(other) ?? "none"}. Choose another folder, or begin anew (--restart).");
    }

    /// <summary>Waits for the turn to begin or to end a weighing.</summary>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(_output);
        return FileLock.Take(Path.Combine(_output, ".impact.lock"));
    }

    /// <summary>A shard's trajectories that are not there yet.</summary>
    /// <param name="shard">The shard.</param>
    public IReadOnlyList<int> Missing(Shard shard) => [.. Trajectories().Where((t, place) => shard.Owns(place) && !File.Exists(PathOf(t)))];

    /// <summary>Writes a trajectory's cases.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="part">Its cases; there may be none.</param>
    public void Write(int trajectory, ImpactPart part)
    {
        Directory.CreateDirectory(Folder); // which another process may have ended
        CodaJson.WriteWithDigest(PathOf(trajectory), part);
    }

    /// <summary>The parts that are there, by trajectory.</summary>
    /// <exception cref="InvalidDataException">A part was changed or damaged.</exception>
    public IReadOnlyList<ImpactPart> Read() =>
        [.. Trajectories().Where(t => File.Exists(PathOf(t))).Select(t => CodaJson.Read<ImpactPart>(PathOf(t), Cure))];

    /// <summary>Removes the parts of this weighing, and nothing else.</summary>
    public void Remove()
    {
        if (!File.Exists(PlanPath) || CodaJson.Read<ImpactPlan>(PlanPath, Cure).Origin.SequenceEqual(_origin))
        {
            RemoveAny();
        }
    }

    private void RemoveAny()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Folder).Where(path => Own().IsMatch(Path.GetFileName(path))).ToList())
        {
            File.Delete(file);
        }

        RemoveIfEmpty(Folder);
    }

    /// <summary>Removes the folder of a weighing that came to nothing, if nothing else is in it.</summary>
    public void RemoveFolder() => RemoveIfEmpty(_output);

    [GeneratedRegex(@"^(plan|part-\d{6,})\.json")]
    private static partial Regex Own();

    private static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private string Folder => Path.Combine(_output, "parts");

    private string PlanPath => Path.Combine(Folder, "plan.json");

    private IEnumerable<int> Trajectories() => Enumerable.Range(_range.FirstTrajectory, _range.TrajectoryCount);

    private string PathOf(int trajectory) => Path.Combine(Folder, FormattableString.Invariant($"part-{trajectory:D6}.json"));

    private sealed record ImpactPlan(SortedDictionary<string, string> Origin);
}
