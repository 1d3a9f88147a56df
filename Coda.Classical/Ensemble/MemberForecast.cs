using Coda.Classical.Numerics;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Ensemble;

/// <summary>Advances an ensemble: members in batches that stay in a processor's cache, by several workers, and by several processes.</summary>
/// <remarks>The batches depend on the state's size alone, so that neither workers nor ranks change a bit.</remarks>
/// <param name="bind">Makes one worker's model.</param>
/// <param name="workers">The batches worked on at the same time.</param>
/// <param name="ranks">The processes, each of which advances consecutive batches and is told of the others'.</param>
/// <param name="cancellation">Stops between batches, or on all ranks between steps.</param>
internal sealed class MemberForecast(Func<IStateMap> bind, int workers, IRankGroup ranks, CancellationToken cancellation) : IDisposable
{
    private const int BatchEntries = 1 << 15;

    // What stops one rank stops all of them, after they have told each other.
    private readonly WorkerLoop<IStateMap> _batches = new(workers, bind, ranks.Size == 1 ? cancellation : CancellationToken.None);

    /// <summary>Advances all members by one step.</summary>
    /// <param name="ensemble">The members, and then what they become. [member, space]</param>
    /// <param name="members">The number of members.</param>
    /// <param name="forcing">The forcing over the step, the same for all, where the model has one. [2, channel]</param>
    public void Advance(double[] ensemble, int members, double[]? forcing)
    {
        var size = ensemble.Length / members;
        var length = Math.Clamp(BatchEntries / size, 1, members);
        var count = (members + length - 1) / length;
        var (first, end) = (First(ranks.Rank), First(ranks.Rank + 1));
        _batches.Run(end - first, (map, batch) =>
        {
            var start = (first + batch) * length;
            var own = Math.Min(length, members - start);
            var states = ensemble.AsSpan(start * size, own * size);
            map.Apply(states, states, own, forcing);
        });
        if (ranks.Size > 1)
        {
            Share();
        }

        int First(int rank) => (int)((long)count * rank / ranks.Size);

        Range Members(int rank) => (Math.Min(First(rank) * length, members) * size)..(Math.Min(First(rank + 1) * length, members) * size);

        void Share()
        {
            if (ranks.Any(cancellation.IsCancellationRequested))
            {
                throw new OperationCanceledException(cancellation);
            }

            var all = ranks.GatherNumbers<double>(ensemble.AsSpan(Members(ranks.Rank)));
            for (var rank = 0; rank < ranks.Size; rank++)
            {
                all[rank].CopyTo(ensemble.AsSpan(Members(rank)));
            }
        }
    }

    /// <summary>Frees the workers' models.</summary>
    public void Dispose() => _batches.Dispose();
}
