using Coda.Classical.Numerics;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Ensemble;

/// <summary>Advances an ensemble: members in batches that stay in a processor's cache, by several workers.</summary>
/// <remarks>The batches depend on the state's size alone, so that workers change no bit.</remarks>
/// <param name="bind">Makes one worker's model.</param>
/// <param name="workers">The batches worked on at the same time.</param>
/// <param name="cancellation">Stops between batches.</param>
internal sealed class MemberForecast(Func<IStateMap> bind, int workers, CancellationToken cancellation) : IDisposable
{
    private const int BatchEntries = 1 << 15;

    private readonly WorkerLoop<IStateMap> _batches = new(workers, bind, cancellation);

    /// <summary>Advances all members by one step.</summary>
    /// <param name="ensemble">The members, and then what they become. [member, space]</param>
    /// <param name="members">The number of members.</param>
    /// <param name="forcing">The forcing over the step, the same for all, where the model has one. [2, channel]</param>
    public void Advance(double[] ensemble, int members, double[]? forcing)
    {
        var size = ensemble.Length / members;
        var length = Math.Clamp(BatchEntries / size, 1, members);
        _batches.Run((members + length - 1) / length, (map, batch) =>
        {
            var count = Math.Min(length, members - (batch * length));
            var states = ensemble.AsSpan(batch * length * size, count * size);
            map.Apply(states, states, count, forcing);
        });
    }

    /// <summary>Frees the workers' models.</summary>
    public void Dispose() => _batches.Dispose();
}
