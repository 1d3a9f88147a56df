namespace Coda.Service.Batching;

/// <summary>What one request wants computed: items that are claimed from the first on, by one worker at a time, and finished in any order by several.</summary>
/// <param name="items">The number of items, at least 1.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal abstract class PendingWork(int items, CancellationToken cancellation)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _items = items;
    private int _claimed;
    private int _finished;

    /// <summary>Completes when every item is finished, or one failed.</summary>
    public Task Done => _done.Task;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether items are left to be claimed and somebody waits for them.</summary>
    public bool HasMore => _claimed < _items && !cancellation.IsCancellationRequested && !_done.Task.IsCompleted;

    /// <summary>Claims the next items. Only for the worker that has taken the job from the queue.</summary>
    /// <param name="most">The largest number.</param>
    /// <returns>The first item and how many; 0 where nobody waits any more.</returns>
    public (int First, int Count) Claim(int most)
    {
        var (first, count) = (_claimed, HasMore ? Math.Min(most, _items - _claimed) : 0);
        _claimed += count;
        return (first, count);
    }

    /// <summary>Ends items that were claimed.</summary>
    /// <param name="count">How many.</param>
    public void Finish(int count)
    {
        if (Interlocked.Add(ref _finished, count) == _items)
        {
            _done.TrySetResult();
        }
    }

    /// <summary>Ends the job with what went wrong; whoever waits gets it.</summary>
    /// <param name="fault">What went wrong.</param>
    public void Fail(Exception fault) => _done.TrySetException(fault);
}
