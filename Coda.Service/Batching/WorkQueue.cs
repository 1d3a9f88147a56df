using System.Threading.Channels;
using Coda.Service.Problems;

namespace Coda.Service.Batching;

/// <summary>Requests that were let in, and the jobs of theirs that wait for a worker. Bounded: a request has one job at a time. Safe for use from several threads.</summary>
/// <remarks>
/// A worker that takes a job claims some of its items and puts it back behind the others before it computes them, so that long requests do not keep short ones waiting
/// and several workers can be at one job.
/// </remarks>
/// <param name="limit">The most requests at the same time.</param>
internal sealed class WorkQueue(int limit)
{
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(limit);
    private int _admitted;
    private int _idle;

    /// <summary>The requests that were let in and are not answered.</summary>
    public int Admitted => Volatile.Read(ref _admitted);

    /// <summary>The jobs that wait.</summary>
    public int Waiting => _jobs.Reader.Count;

    /// <summary>The share of the waiting jobs that one worker should take, so that idle ones have work too.</summary>
    public int Share => 1 + (Waiting / (1 + Volatile.Read(ref _idle)));

    /// <summary>Lets a request in.</summary>
    /// <returns>Its place, to be disposed when it is answered.</returns>
    /// <exception cref="RequestFault">There are as many as may be; 429.</exception>
    public IDisposable Admit()
    {
        if (Interlocked.Increment(ref _admitted) > limit)
        {
            Interlocked.Decrement(ref _admitted);
            throw new RequestFault(429, "too-many-requests", $"at most {limit} requests at a time", "one more", "Try again in a moment.") { RetryAfter = 1 };
        }

        return new Place(this);
    }

    /// <summary>Computes a job; one at a time for each place.</summary>
    /// <param name="job">What to compute.</param>
    /// <exception cref="OperationCanceledException">The job's token was cancelled, or the queue closed.</exception>
    public async Task Run(Job job)
    {
        PutBack(job);
        await job.Done.WaitAsync(job.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts a job behind the others, if any item of it is left.</summary>
    /// <param name="job">The job.</param>
    public void PutBack(Job job)
    {
        if (job.HasMore && !_jobs.Writer.TryWrite(job))
        {
            // Never for want of room, for there is a place for each admitted request.
            job.Fail(new OperationCanceledException("The service has stopped."));
        }
    }

    /// <summary>Takes the next job, and waits for it.</summary>
    /// <returns><see langword="null"/> when the queue is closed and empty.</returns>
    public Job? Take()
    {
        Interlocked.Increment(ref _idle);
        try
        {
            while (true)
            {
                if (_jobs.Reader.TryRead(out var job))
                {
                    return job;
                }

                if (!_jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                {
                    return null;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _idle);
        }
    }

    /// <summary>Takes the next job where one waits.</summary>
    public Job? TryTake() => _jobs.Reader.TryRead(out var job) ? job : null;

    /// <summary>Ends the workers when they have emptied the queue.</summary>
    public void Close() => _jobs.Writer.TryComplete();

    private sealed class Place(WorkQueue queue) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                Interlocked.Decrement(ref queue._admitted);
            }
        }
    }
}
