using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Members of posteriors as the analyses of an archive of their own: member m of N of trajectory t is its trajectory t N + m.</summary>
public static class PosteriorMembers
{
    /// <summary>The methods that have members, by name.</summary>
    public static IEnumerable<string> Methods =>
        AssimilationMethod.Catalog.Names.Where(name => AssimilationMethod.Catalog.TypeOf(name).IsAssignableTo(typeof(IPosteriorEnsemble)));

    /// <summary>What such an archive holds.</summary>
    /// <param name="archive">What the archive of the observations holds.</param>
    /// <param name="members">The number of members N.</param>
    /// <exception cref="ArgumentException">More trajectories than can be counted.</exception>
    public static ArchiveDescription Describe(ArchiveDescription archive, int members)
    {
        ArgumentNullException.ThrowIfNull(archive);
        new Faults("members of posteriors")
            .Require((long)archive.TrajectoryCount * members <= int.MaxValue, nameof(members), $"at most {int.MaxValue / archive.TrajectoryCount}", members)
            .ThrowIfAny();
        return archive with { TrajectoryCount = archive.TrajectoryCount * members, TrajectoryNames = null };
    }

    /// <summary>The parts in which they are written, none with a share of a trajectory's members.</summary>
    /// <param name="method">What analyzes.</param>
    /// <param name="archive">What the archive of the observations holds.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="range">The range of the observations' trajectories; the whole record by default.</param>
    /// <param name="states">The states of a part, about, at least 1.</param>
    public static IReadOnlyList<RunPart> Parts(
        AssimilationMethod method, ArchiveDescription archive, int members, RecordRange? range = null, long? states = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        range ??= RecordRange.Whole(archive);
        var each = members * range.Steps.Count;
        var wanted = Math.Max(1, RunParts.StatesOf(states, method.Layout.Size) / each) * each;
        return AnalysisParts.Of(method, Describe(archive, members),
            range with { FirstTrajectory = range.FirstTrajectory * members, TrajectoryCount = range.TrajectoryCount * members }, wanted);
    }

    /// <summary>The members that a request asks for.</summary>
    /// <param name="method">What analyzes, an <see cref="IPosteriorEnsemble"/>.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="request">Its trajectories are those of the members' archive, all members of each that is there.</param>
    /// <exception cref="ArgumentException">The method has no members, or not so many.</exception>
    public static IEnumerable<StateBlock> Analyze(AssimilationMethod method, IObservationArchive archive, int members, AnalysisRequest request)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        var trajectories = request.Trajectories?.Select(t => t / members).Distinct().ToArray();
        return method is IPosteriorEnsemble ensemble
            ? Physical(ensemble.ComputeMembers(archive, members, request with { Trajectories = trajectories }), method)
            : throw new ArgumentException($"Method '{method.Name}': expected one whose analyses are of an ensemble, for members of it, got one without. "
                + $"These have members: {string.Join(", ", Methods)}.");
    }

    private static IEnumerable<StateBlock> Physical(IEnumerable<StateBlock> blocks, AssimilationMethod method) =>
        method.Layout.IsBounded ? blocks.Select(block => block.ToPhysical(method.Layout)) : blocks;
}
