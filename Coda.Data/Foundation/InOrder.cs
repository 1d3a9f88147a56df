using System.Collections.Concurrent;

namespace Coda.Data.Foundation;

/// <summary>Work on a sequence by several workers, with results in the sequence's order and bounded memory.</summary>
public static class InOrder
{
    /// <summary>The number of workers that a request stands for.</summary>
    /// <param name="workers">A number of at least 1, or 0 for one on each core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static int Workers(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return workers == 0 ? Environment.ProcessorCount : workers;
    }

    /// <summary>
    /// Maps every item. Items are read by the caller's thread while it waits for nothing; at most three for each worker are under way.
    /// What <paramref name="work"/> gives must not depend on the worker; then nor does anything else.
    /// </summary>
    /// <param name="items">The sequence.</param>
    /// <param name="workers">How many items are worked on at the same time.</param>
    /// <param name="make">Makes the scratch memory of one worker; disposed at the end if it can be.</param>
    /// <param name="work">Maps one item.</param>
    /// <param name="cancellation">Stops between items.</param>
    public static IEnumerable<TOut> Map<TIn, TScratch, TOut>(
        IEnumerable<TIn> items, int workers, Func<TScratch> make, Func<TScratch, TIn, TOut> work, CancellationToken cancellation = default)
        where TScratch : class
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        var idle = new ConcurrentBag<TScratch>();
        var pending = new Queue<Task<TOut>>();
        try
        {
            foreach (var item in items)
            {
                cancellation.ThrowIfCancellationRequested();
                pending.Enqueue(Task.Factory.StartNew(() => Once(item), CancellationToken.None, TaskCreationOptions.None, scheduler));
                if (pending.Count > 2 * workers || pending.Peek().IsCompleted)
                {
                    yield return pending.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return pending.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // A stopped enumeration waits for the work under way, whose scratch memory is freed next; its faults have no taker any more.
            Task.WhenAll(pending).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
            foreach (var scratch in idle)
            {
                (scratch as IDisposable)?.Dispose();
            }
        }

        TOut Once(TIn item)
        {
            if (!idle.TryTake(out var scratch))
            {
                scratch = make();
            }

            try
            {
                return work(scratch, item);
            }
            finally
            {
                idle.Add(scratch);
            }
        }
    }
}
