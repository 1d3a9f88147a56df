using System.Collections.Concurrent;

namespace Coda.Classical.Ensemble;

/// <summary>Sequential work on each of several trajectories, by several workers, with results in the trajectories' order and bounded memory.</summary>
internal static class TrajectoryStreams
{
    private const int MostWaiting = 64; // results of a trajectory that wait to be read
    private const int MostEntries = 1 << 24; // of them

    /// <summary>The most results of a trajectory that wait to be read, fewer of large ones.</summary>
    /// <param name="entries">The entries of a result.</param>
    public static int Capacity(long entries) => (int)Math.Clamp(MostEntries / entries, 2, MostWaiting);

    /// <summary>The most trajectories whose results wait to be read.</summary>
    /// <param name="workers">How many are worked on at the same time.</param>
    public static int AtOnce(int workers) => 2 * workers;

    /// <summary>Runs a stream for every trajectory; one that is too far ahead of the reader waits.</summary>
    /// <param name="trajectories">The trajectories' numbers.</param>
    /// <param name="workers">How many are worked on at the same time.</param>
    /// <param name="capacity">The results of a trajectory that may wait to be read.</param>
    /// <param name="stream">Makes a trajectory's results, one after another, until it is stopped.</param>
    /// <param name="cancellation">Stops between results.</param>
    public static IEnumerable<T> Run<T>(
        IEnumerable<int> trajectories, int workers, int capacity, Func<int, CancellationToken, IEnumerable<T>> stream, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var waiting = trajectories.GetEnumerator();
        var running = new Queue<(BlockingCollection<T> Results, Task Work)>();
        try
        {
            while (Launch() || running.Count > 0)
            {
                var (results, work) = running.Peek();
                foreach (var result in results.GetConsumingEnumerable(CancellationToken.None))
                {
                    while (Launch())
                    {
                    }

                    yield return result;
                }

                work.GetAwaiter().GetResult();
                cancellation.ThrowIfCancellationRequested();
                running.Dequeue().Results.Dispose();
            }
        }
        finally
        {
            // A stopped enumeration waits for the work under way; its faults have no taker any more.
            stop.Cancel();
            Task.WhenAll(running.Select(r => r.Work)).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
            foreach (var (results, _) in running)
            {
                results.Dispose();
            }
        }

        // The earliest is always under way, so that a reader who waits for it never waits in vain.
        bool Launch()
        {
            if (running.Count >= AtOnce(workers) || running.Count(r => !r.Work.IsCompleted) >= workers || !waiting.MoveNext())
            {
                return false;
            }

            var (trajectory, results) = (waiting.Current, new BlockingCollection<T>(capacity));
            running.Enqueue((results,
                Task.Factory.StartNew(() => Work(trajectory, results), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            return true;
        }

        void Work(int trajectory, BlockingCollection<T> results)
        {
            try
            {
                foreach (var result in stream(trajectory, stop.Token))
                {
                    results.Add(result, stop.Token);
                }
            }
            finally
            {
                results.CompleteAdding();
            }
        }
    }
}
