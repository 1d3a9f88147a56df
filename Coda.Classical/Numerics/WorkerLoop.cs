using System.Collections.Concurrent;

namespace Coda.Classical.Numerics;

/// <summary>Loops whose turns are shared among workers, each with scratch memory of its own that is kept from loop to loop.</summary>
/// <param name="workers">The most turns at the same time.</param>
/// <param name="make">Makes one worker's scratch memory; disposed at the end if it can be.</param>
/// <param name="cancellation">Stops between turns.</param>
/// <remarks>What a turn does must not depend on the worker or on other turns; then nor does the result.</remarks>
internal sealed class WorkerLoop<TScratch>(int workers, Func<TScratch> make, CancellationToken cancellation) : IDisposable
    where TScratch : class
{
    private readonly ConcurrentBag<TScratch> _idle = [];

    /// <summary>Takes all turns.</summary>
    /// <param name="count">The number of turns.</param>
    /// <param name="turn">One turn, given scratch memory and its number.</param>
    public void Run(int count, Action<TScratch, int> turn)
    {
        if (workers == 1 || count == 1)
        {
            RunHere(count, turn);
            return;
        }

        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation },
            Take,
            (i, _, scratch) =>
            {
                turn(scratch, i);
                return scratch;
            },
            _idle.Add);
    }

    /// <summary>Takes all turns, each of which gives a number.</summary>
    /// <param name="count">The number of turns.</param>
    /// <param name="turn">One turn.</param>
    /// <returns>The sum of the numbers, added in the order of the turns.</returns>
    public double Sum(int count, Func<TScratch, int, double> turn)
    {
        var parts = new double[count];
        Run(count, (scratch, i) => parts[i] = turn(scratch, i));
        return parts.Sum();
    }

    // Others would cost a small loop more than they take off it.
    private void RunHere(int count, Action<TScratch, int> turn)
    {
        var scratch = Take();
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            turn(scratch, i);
        }

        _idle.Add(scratch);
    }

    private TScratch Take() => _idle.TryTake(out var scratch) ? scratch : make();

    /// <summary>Frees the scratch memory.</summary>
    public void Dispose()
    {
        foreach (var scratch in _idle)
        {
            (scratch as IDisposable)?.Dispose();
        }
    }
}
