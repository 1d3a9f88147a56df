using Coda.Classical.Variational;
using Coda.Classical.Variational.Cycles;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>A record assimilated by a model whose parameters are corrected on the way.</summary>
public static class TrackWorkflow
{
    /// <summary>Follows the parameters, and writes analyses and series where they are asked for.</summary>
    /// <param name="job">Which, through what.</param>
    /// <param name="progress">Told how it gets on, and what is to be said against the estimates.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">No parameter, or options out of range.</exception>
    /// <exception cref="DivergenceException">The smoother lost the model.</exception>
    public static TrackOutcome Run(TrackJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var description = job.Archive.Description;
        var observations = new PlausibleObservations(job.Archive, job.GrossCheck);
        var context = new AnalysisContext(observations, job.Model);
        var method = AssimilationMethod.Catalog.Create(job.Method, context) as CycledSmoother;
        context.RequireModelUsed(job.Method);
        new Faults("track").Require(method?.Corrected.Count > 0, nameof(job.Method), "cycled-smoother, with at least one parameter", job.Method.Name)
            .RequireTrajectories(job.Trajectories)
            .Require(job.Output is null || !(job.Trajectories < description.TrajectoryCount), nameof(job.Trajectories),
                $"all {description.TrajectoryCount} where analyses are kept", job.Trajectories)
            .ThrowIfAny();
        var target = job.Output is null ? null : EstimateTarget.Of(job.Archive, job.Output, job.Provenance);
        var windows = new List<ParameterWindowReport>();
        progress.Estimate("follow parameters", description, job.Trajectories, job.Workers, request =>
        {
            Keep(target, method!, method!.Compute(observations, request, windows.Add), description);
            return windows;
        }, cancellation);
        if (job.Series is { } path)
        {
            NumberTable.Write(path, ["trajectory", "step", "misfit", .. method!.Corrected.SelectMany(p => new[] { p.Name, $"{p.Name}.deviation" })],
                [.. windows.Select(Row)]);
        }

        Warn(windows, method!.Corrected, progress.Warnings);
        return new(method.Corrected, windows)
        {
            System = method.System is { } system ? WithLast(system, [.. method.Corrected.Select(entry => entry.Name)], windows) : null,
        };
    }

    private static void Keep(EstimateTarget? target, CycledSmoother method, IEnumerable<StateBlock> blocks, ArchiveDescription source)
    {
        blocks = method.Layout.IsBounded ? blocks.Select(block => block.ToPhysical(method.Layout)) : blocks;
        if (target is null)
        {
            foreach (var _ in blocks)
            {
                // What counts is what is told of the windows.
            }

            return;
        }

        using var archive = ArchiveStores.Holds(target.Path)
            ? ParquetArchive.Open(target.Path) : ParquetArchive.Create(target.Path, target.Description);
        archive.WriteStates(ArchiveTable.Analyses, blocks, AnalysisNote.Of(method, source));
    }

    private static IReadOnlyList<double> Row(ParameterWindowReport window) =>
        [window.Trajectory, window.Steps.End - 1, window.Misfit, .. window.Values.Zip(window.Deviations, (v, d) => new[] { v, d }).SelectMany(x => x)];

    private static void Warn(List<ParameterWindowReport> windows, IReadOnlyList<CorrectedEntry> entries, ResultWarnings warnings)
    {
        foreach (var (i, entry) in entries.Index())
        {
            if (windows.Find(w => !(w.Values[i] >= entry.Lower && w.Values[i] <= entry.Upper)) is { } outside)
            {
                warnings.Add("out-of-range", FormattableString.Invariant(
                    $"{entry.Name}: expected values in [{entry.Lower:G4}, {entry.Upper:G4}], got {outside.Values[i]:G4} at step {outside.Steps.End - 1} of ")
                    + $"trajectory {outside.Trajectory}. Say less uncertainty (deviations), or start nearer.");
            }
        }
    }

    private static Component? WithLast(Component system, IReadOnlyList<string> names, List<ParameterWindowReport> windows)
    {
        var last = windows.GroupBy(w => w.Trajectory).Select(g => g.Last().Values).ToList();
        return ParameterOptions.With(system, names.Index().Select(p => KeyValuePair.Create(p.Item, last.Average(values => values[p.Index]))));
    }
}
