using System.Diagnostics;
using System.Globalization;
using Coda.Data.Dynamics;
using Coda.Data.Feeds;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Following;

/// <summary>One run of following a feed, from its opening to its end.</summary>
/// <param name="job">When it ends.</param>
/// <param name="feed">The feed, not opened yet.</param>
/// <param name="follower">Takes its batches.</param>
/// <param name="archive">Keeps what comes of them.</param>
internal sealed class FollowCourse(FollowJob job, ObservationFeed feed, Follower follower, FollowedArchive archive)
{
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(50); // while batches wait
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(10);

    private long? _unpublished; // when the first batch was taken that newest.json has not
    private long? _unkept; // when the first was taken that the position's file has not
    private bool _isReading; // whether a fault of files is the feed's
    private long _newest = Stopwatch.GetTimestamp(); // when the newest batch was taken

    /// <summary>The batches that it read.</summary>
    public long Batches { get; private set; }

    /// <summary>The analyses that it made.</summary>
    public long Analyses { get; private set; }

    /// <summary>Follows the feed.</summary>
    /// <param name="state">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    public NewestAnalyses Run(IProgress<PhaseState> state, CancellationToken cancellation)
    {
        feed.Open(follower.Ordinal, follower.Batches, cancellation);
        if (follower.Trajectories.Count > 0)
        {
            archive.Publish(); // a process that was killed may not have
        }

        try
        {
            while (!follower.IsDone && Step(state, cancellation))
            {
            }
        }
        catch (Exception fault)
            when (fault is OperationCanceledException or InvalidDataException or DivergenceException || (_isReading && fault is IOException))
        {
            End();
            throw;
        }

        return End();
    }

    // Whether there is more to come.
    private bool Step(IProgress<PhaseState> state, CancellationToken cancellation)
    {
        _isReading = true;
        var batch = feed.Next(_unpublished is null ? Wait() : TimeSpan.Zero, cancellation);
        _isReading = false;
        if (batch is not null)
        {
            Take(batch, cancellation);
            if (!IsPast(_unpublished, PublishEvery))
            {
                return true;
            }
        }

        if (_unpublished is not null)
        {
            Publish(state);
        }
        else if (follower.HasOpen && IsPast(_newest, job.Grace))
        {
            // Where more of these steps comes after all, it is late for whoever goes on from here, too.
            Analyses += follower.Close(cancellation);
            Keep();
            Publish(state);
        }
        else if (job.Once && feed.IsDrained())
        {
            Analyses += follower.Close(cancellation);
            return false;
        }

        if (IsPast(_unkept, KeepEvery))
        {
            Keep();
        }

        return true;
    }

    private void Take(ObservationBatch batch, CancellationToken cancellation)
    {
        Analyses += follower.Take(batch, cancellation);
        Batches++;
        _newest = Stopwatch.GetTimestamp();
        _unpublished ??= _newest;
        _unkept ??= _newest;
        if (follower.IsPartDue)
        {
            archive.Seal();
            Acknowledge();
        }
    }

    private NewestAnalyses End()
    {
        archive.Seal();
        Acknowledge();
        return archive.Publish();
    }

    private void Keep()
    {
        archive.Keep();
        Acknowledge();
    }

    private void Acknowledge()
    {
        _unkept = null;
        if (follower.Ordinal is { } ordinal)
        {
            feed.Acknowledge(ordinal);
        }
    }

    private void Publish(IProgress<PhaseState> state)
    {
        var newest = archive.Publish();
        _unpublished = null;
        state.Report(new(double.NaN, string.Create(CultureInfo.InvariantCulture,
            $"step {newest.Trajectories.Select(t => t.Step).DefaultIfEmpty().Max()}, {newest.Observations:N0} observations")
                + (newest.Trajectories.Any(t => t.Coverage?.AlarmSince is not null) ? ", coverage missed" : "")));
    }

    // Until there is something to do besides.
    private TimeSpan Wait()
    {
        if (job.Once)
        {
            return Moment; // what is there may be on its way
        }

        var keep = _unkept is { } unkept ? KeepEvery - Stopwatch.GetElapsedTime(unkept) : KeepEvery;
        var grace = job.Grace is { } time && follower.HasOpen ? time - Stopwatch.GetElapsedTime(_newest) : keep;
        var least = keep < grace ? keep : grace;
        return least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }

    private static bool IsPast(long? since, TimeSpan? time) => since is { } start && Stopwatch.GetElapsedTime(start) >= time;
}
