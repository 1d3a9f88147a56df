using Coda.Classical.Variational;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Dynamics;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Following;

/// <summary>Observations that arrive to analyses, as they come; a run that was stopped or killed goes on, and loses and doubles nothing.</summary>
public static class FollowWorkflow
{
    /// <summary>Follows a feed until it is stopped, or to the end that the job names.</summary>
    /// <param name="job">Which feed, by what model, to where.</param>
    /// <param name="progress">Told how it gets on, and what is to be said against the analyses.</param>
    /// <param name="cancellation">Stops it: all that is analyzed is in the archive then, and the same job goes on from there.</param>
    /// <exception cref="ArgumentException">An option out of range, or a method that takes no streams.</exception>
    /// <exception cref="InvalidDataException">A batch cannot be taken, or what is stored is damaged; what was analyzed before it is in the archive.</exception>
    /// <exception cref="IOException">The feed is not there, or the output cannot be written, or is of another model, feed or rule.</exception>
    /// <exception cref="ModelMismatchException">The model takes no streams, or the bands are of another method or model.</exception>
    /// <exception cref="DivergenceException">Forecasts are no longer finite; what was analyzed before is in the archive.</exception>
    public static FollowOutcome Run(FollowJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("follow").Require(job.SealEvery >= 1, nameof(job.SealEvery), "at least 1", job.SealEvery)
            .Require(job.MostGap >= 0, nameof(job.MostGap), "at least 0", job.MostGap)
            .Require(job.Grace is null || job.Grace >= TimeSpan.Zero, nameof(job.Grace), "a time of at least 0", job.Grace)
            .Require(!ArchiveStores.IsAddress(job.Output), nameof(job.Output), "a directory of this machine, where the position lies, too",
                job.Output)
            .Require(job.Adapt is null || job.Bands is not null, nameof(job.Adapt), "none without bands", job.Adapt)
            .Require(job.Grace is null || job.Close == StepClosing.Next, nameof(job.Grace), "none where each batch brings whole steps", job.Grace)
            .ThrowIfAny();
        cancellation.ThrowIfCancellationRequested();
        using var analysis = job.Start?.Invoke() ?? Start(job, cancellation);
        var context = FeedContext.Of(job.Model.Card, job.TimeOrigin);
        using var feed = job.Feed(context);
        var (warnings, bands) = (progress.Warnings, job.Bands is { } b ? new BandedStream(job.Model.Card, new(b.Bands, b.Level, job.Adapt)) : null);
        var follower = new Follower(job, analysis, bands)
        {
            Changed = (trajectory, change) => warnings.Add(change.Kind, FormattableString.Invariant($"Trajectory {trajectory}: {change.Message}")),
        };
        using var archive = new FollowedArchive(job, analysis, follower, feed.Source, bands?.Coverage);
        context.TimeOrigin = follower.TimeOrigin;
        var course = new FollowCourse(job, feed, follower, archive);
        var newest = progress.Run("follow", state => course.Run(state, cancellation));
        Warn(newest, progress.Warnings);
        return new(job.Output, newest, course.Batches, course.Analyses);
    }

    private static StreamAnalysis Start(FollowJob job, CancellationToken cancellation)
    {
        if (job.Method is null)
        {
            return StreamAnalysis.Of(job.Model);
        }

        var context = AnalysisContext.Of(job.Model);
        var method = AssimilationMethod.Catalog.Create(job.Method, context) as CycledSmoother;
        new Faults("follow").Require(method is not null, nameof(job.Method), "cycled-smoother, which takes streams, or none", job.Method.Name).ThrowIfAny();
        context.RequireModelUsed(job.Method);
        return method!.StartStream(cancellation);
    }

    private static void Warn(NewestAnalyses newest, ResultWarnings warnings)
    {
        if (newest.Late > 0)
        {
            warnings.Add("late-observations", FormattableString.Invariant(
                $"{newest.Late} of {newest.Observations} observations came when their step was analyzed already, and are not used. ")
                + "Send those of a step together, or wait for the next step's (--close next).");
        }

        foreach (var trajectory in newest.Trajectories)
        {
            foreach (var doubt in trajectory.Doubts.Where(d => d.Kind is not (FollowedArchive.Settling or AdaptiveCoverage.Missed)))
            {
                warnings.Add(doubt.Kind, FormattableString.Invariant($"Trajectory {trajectory.Trajectory}: {doubt.Message}"));
            }
        }
    }
}
