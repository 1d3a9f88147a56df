using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;
using Coda.Inference.Impact;

namespace Coda.Workflows.Weighing;

/// <summary>What a weighing has made so far, a file a trajectory, so that one that was stopped goes on and several processes share one.</summary>
internal sealed class ImpactParts
{
    private const string Cure = "Remove the folder's parts, or begin anew (--restart).";

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
        if (isRestarted)
        {
            parts.Remove();
        }

        if (!File.Exists(parts.PlanPath))
        {
            return parts;
        }

        var before = CodaJson.Read<ImpactPlan>(parts.PlanPath, Cure).Origin;
        var other = before.Keys.Union(origin.Keys).Order(StringComparer.Ordinal)
            .FirstOrDefault(key => before.GetValueOrDefault(key) != origin.GetValueOrDefault(key));
        return other is null ? parts : throw new ArgumentException(
            $"{output}: expected parts of this weighing, got those of another one, with {other} {before.GetValueOrDefault(other) ?? "none"} and not "
            + $"{origin.GetValueOrDefault(other) ?? "none"}. Choose another folder, or begin anew (--restart).");
    }

    /// <summary>A shard's trajectories that are not there yet.</summary>
    /// <param name="shard">The shard.</param>
    public IReadOnlyList<int> Missing(Shard shard) => [.. Trajectories().Where((t, place) => shard.Owns(place) && !File.Exists(PathOf(t)))];

    /// <summary>The number of trajectories that are there.</summary>
    public int Count => Trajectories().Count(t => File.Exists(PathOf(t)));

    /// <summary>Writes a trajectory's cases.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="cases">Its cases; there may be none.</param>
    public void Write(int trajectory, IReadOnlyList<ImpactCase> cases)
    {
        if (!File.Exists(PlanPath))
        {
            Directory.CreateDirectory(Folder);
            CodaJson.WriteWithDigest(PlanPath, new ImpactPlan(_origin));
        }

        CodaJson.WriteWithDigest(PathOf(trajectory), new ImpactPart(cases));
    }

    /// <summary>The cases that are there, by trajectory and step.</summary>
    /// <exception cref="InvalidDataException">A part was changed or damaged.</exception>
    public IReadOnlyList<ImpactCase> Read() =>
        [.. Trajectories().Where(t => File.Exists(PathOf(t))).SelectMany(t => CodaJson.Read<ImpactPart>(PathOf(t), Cure).Cases)];

    /// <summary>Removes the parts, and the folder where nothing else is in it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        if (Directory.Exists(_output) && !Directory.EnumerateFileSystemEntries(_output).Any())
        {
            Directory.Delete(_output);
        }
    }

    private string Folder => Path.Combine(_output, "parts");

    private string PlanPath => Path.Combine(Folder, "plan.json");

    private IEnumerable<int> Trajectories() => Enumerable.Range(_range.FirstTrajectory, _range.TrajectoryCount);

    private string PathOf(int trajectory) => Path.Combine(Folder, FormattableString.Invariant($"part-{trajectory:D6}.json"));

    private sealed record ImpactPlan(SortedDictionary<string, string> Origin);

    private sealed record ImpactPart(IReadOnlyList<ImpactCase> Cases);
}
