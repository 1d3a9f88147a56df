using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Which steps of an archive to analyze, and how.</summary>
public sealed record AnalysisRequest
{
    /// <summary>The trajectories, in rising order; all by default.</summary>
    public IReadOnlyList<int>? Trajectories { get; init; }

    /// <summary>The steps, a part of the record; all by default. Observations outside them are used all the same.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>
    /// Only the steps that are multiples of it are wanted; all by default. Methods for which every step is work of its own (a polish that looks back) leave out
    /// the others, the rest analyze all.
    /// </summary>
    public int Every { get; init; } = 1;

    /// <summary>The pieces worked on at the same time; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>
    /// The processes that advance an ensemble's members together, each a share of them, and come to the same analyses; this one alone by default. Only methods
    /// that divide their members (<see cref="AssimilationMethod.DividesMembers"/>) look at it, and then take trajectories one after another.
    /// </summary>
    public IRankGroup Ranks { get; init; } = OneRank.Instance;

    /// <summary>Told the share done, in [0, 1].</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Told what makes analyses doubtful although they can be made; nobody by default.</summary>
    public ResultWarnings? Warnings { get; init; }

    /// <summary>Told, by any thread, which stretches' analyses are not what was asked for, by whoever warns of them; nobody by default.</summary>
    public Action<UnsoundStretch>? Unsound { get; init; }

    /// <summary>What warnings call a trajectory; by default its number.</summary>
    public Func<int, string>? NameOf { get; init; }

    /// <summary>Told of analyses that are there but not what their spread says, such as those of a filter with larger innovations than it allows; by any
    /// thread.</summary>
    public Action<AnalysisWarning>? Doubtful { get; init; }

    /// <summary>
    /// Told, by any thread, of a trajectory that diverged, before the next trajectory's analyses come; its further analyses are left out, and the others go on.
    /// Where nobody is to be told, the divergence ends the analysis.
    /// </summary>
    public Action<AnalysisWarning>? Diverged { get; init; }

    /// <summary>Shown the members of ensemble filters before and after analyses that it wants; nobody by default. Other methods do not look at it.</summary>
    public IEnsembleReader? Ensembles { get; init; }

    /// <summary>Stops the analysis.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Tells of doubtful analyses whoever wants each by itself, else who collects all warnings.</summary>
    /// <param name="warning">Which, and why.</param>
    public void Warn(AnalysisWarning warning)
    {
        if (Doubtful is { } told)
        {
            told(warning);
        }
        else
        {
            Warnings?.Add(warning.Kind, $"Trajectory {NameOf?.Invoke(warning.Trajectory) ?? $"{warning.Trajectory}"}, steps {warning.Steps}: {warning.Text}");
            Unsound?.Invoke(new(warning.Trajectory, warning.Steps, StretchFault.Inconsistent));
        }
    }

    /// <summary>Refuses a request that is not within an archive, or that the machine has no memory for.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="method">What analyzes.</param>
    /// <exception cref="ArgumentException">Trajectories or steps outside the archive, or out of order, all faults at once; or a need of more memory than there
    /// is.</exception>
    public void Require(ArchiveDescription archive, AssimilationMethod method)
    {
        var trajectories = Trajectories ?? [0];
        var steps = Steps ?? archive.Steps;
        new Faults(nameof(AnalysisRequest))
            .Require(
                trajectories.Count > 0 && trajectories.All(t => t >= 0 && t < archive.TrajectoryCount)
                    && trajectories.Zip(trajectories.Skip(1)).All(p => p.First < p.Second),
                nameof(Trajectories), $"rising numbers in [0, {archive.TrajectoryCount})", string.Join(", ", trajectories))
            .Require(steps.Count > 0 && steps.Intersect(archive.Steps) == steps, nameof(Steps), $"a range within the record {archive.Steps}", steps)
            .Require(Every >= 1, nameof(Every), "at least 1", Every)
            .Require(Workers >= 0, nameof(Workers), "at least 0", Workers)
            .ThrowIfAny();
        method.Memory(archive, InOrder.Workers(Workers)).Require("Take fewer workers, smaller pieces, another method, or a machine with more memory.");
    }
}
