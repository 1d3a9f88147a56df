using Coda.Data.Archives;
using Coda.Service.Problems;

namespace Coda.Service.Batching;

/// <summary>Requests that were let in, and the jobs of theirs that wait for a worker. Only the places are bounded: a request has one job at a time, and the job
/// of one that has left is dropped. Safe for use from several threads.</summary>
/// <remarks>
/// A worker that takes a job claims some of its items and puts it back behind the others before it computes them, so that long requests do not keep short ones
/// waiting and several workers can be at one job.
/// </remarks>
/// <param name="limit">The most requests at the same time.</param>
internal sealed class WorkQueue(int limit)
{
    private readonly object _lock = new();
    private readonly LinkedList<PendingWork> _jobs = [];
    private int _admitted;
    private int _idle;
    private bool _isClosed;

    /// <summary>The requests that were let in and are not answered.</summary>
    public int Admitted => Volatile.Read(ref _admitted);

    /// <summary>The jobs that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>The share of the waiting jobs that one worker should take, so that idle ones have work too.</summary>
    public int Share
    {
        get
        {
            lock (_lock)
            {
                return 1 + (_jobs.Count / (1 + _idle));
            }
        }
    }

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
    public async Task Run(PendingWork job)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new OperationCanceledException("The service has stopped.");
            }

            Put(job);
        }

        try
        {
            await job.Done.WaitAsync(job.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Its place is free at once, and so is what it holds.
            lock (_lock)
            {
                _jobs.Remove(job);
            }

            throw;
        }
    }

    /// <summary>Puts a job behind the others, if any item of it is left. Only for the worker that took it, which takes again, also after the queue is
    /// closed.</summary>
    /// <param name="job">The job.</param>
    public void PutBack(PendingWork job)
    {
        lock (_lock)
        {
            Put(job);
        }
    }

    /// <summary>Takes the next job that somebody waits for, and waits for it.</summary>
    /// <returns><see langword="null"/> when the queue is closed and empty.</returns>
    public PendingWork? Take()
    {
        lock (_lock)
        {
            _idle++;
            try
            {
                while (true)
                {
                    if (Next() is { } job)
                    {
                        return job;
                    }

                    if (_isClosed)
                    {
                        return null;
                    }

                    Monitor.Wait(_lock);
                }
            }
            finally
            {
                _idle--;
            }
        }
    }

    /// <summary>Takes the next job that somebody waits for, where there is one.</summary>
    public PendingWork? TryTake()
    {
        lock (_lock)
        {
            return Next();
        }
    }

    /// <summary>Ends the workers when they have emptied the queue.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Put(PendingWork job)
    {
        if (job.HasMore)
        {
            _jobs.AddLast(job);
            Monitor.Pulse(_lock);
        }
    }

    private PendingWork? Next()
    {
        while (_jobs.First is { } first)
        {
            _jobs.RemoveFirst();
            if (first.Value.HasMore)
            {
                return first.Value;
            }
        }

        return null;
    }

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
