using System.Runtime.ExceptionServices;
using Coda.Training.Networks;
using Coda.Training.Rollouts;
using TorchSharp;

namespace Coda.Training.Joint;

/// <summary>A batch cut into shares of whole rows, one for each thread, or one after the other where a GPU lacks the memory for all.</summary>
/// <remarks>The sum over shares is taken in their order, so that the bits depend on the number of threads only.</remarks>
internal sealed class BatchShares : IDisposable
{
    private readonly WeightStore _network;
    private readonly WeightStore? _correction;
    private readonly BatchShare[] _shares;
    private readonly int[] _rows;
    private readonly bool _isParallel;

    /// <summary>Cuts the batch.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="network">The network's weights.</param>
    /// <param name="correction">The correction's weights; <see langword="null"/> for none.</param>
    /// <param name="count">The number of shares, at least 1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="isParallel">Whether every share has a thread of its own; else they take turns, and only one needs memory at a time.</param>
    public BatchShares(TrainingSetup setup, WeightStore network, WeightStore? correction, int count, torch.Device device, bool isParallel = true)
    {
        (_network, _correction, _isParallel) = (network, correction, isParallel);
        var size = setup.Experiment.BatchSize;
        _rows = [.. Enumerable.Range(0, count).Select(i => (size * (i + 1) / count) - (size * i / count))];
        _shares = [.. Enumerable.Range(0, count).Select(i =>
        {
            var rows = (size * i / count)..(size * (i + 1) / count);
            return i == 0
                ? new BatchShare(setup, network, correction, rows, device, ownsWeights: false)
                : new BatchShare(setup, network.Alias(), correction?.Alias(), rows, device, ownsWeights: true);
        })];
    }

    /// <summary>The number of shares.</summary>
    public int Count => _shares.Length;

    /// <summary>Called with its rows before a share is evaluated; for tests, which have it fail.</summary>
    public Action<int>? Evaluating { get; init; }

    /// <summary>The number of shares that suits an experiment.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">The number of threads at hand.</param>
    /// <returns>One on a GPU, and for networks with batch normalization, whose statistics are those of the whole batch.</returns>
    public static int CountFor(TrainingSetup setup, torch.Device device, int threads) =>
        device.type == DeviceType.CPU && setup.Network.WeightDefinitions.All(d => d.IsTrained || d.IsSpread) ? Math.Min(threads, setup.Experiment.BatchSize) : 1;

    /// <summary>Draws a batch, evaluates its loss and sets the gradients of the weights.</summary>
    /// <param name="step">The optimizer's step.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="blanking">The share of windows to blank on one side, by any length.</param>
    /// <param name="nowcasts">The share of windows to blank after their centre.</param>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    /// <param name="trained">The names of those to differentiate by.</param>
    public RolloutGradient Backward(
        long step, ulong seed, double blanking, double nowcasts, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        Draw(step, seed, heldOut: false, blanking, nowcasts);
        var gradient = Sum(share => share.Backward(parameters, trained));
        foreach (var share in _shares.Skip(1))
        {
            share.GiveGradients(_network, _correction);
        }

        return gradient;
    }

    /// <summary>Draws a batch from the held-out tenth and evaluates its loss.</summary>
    /// <param name="number">The batch's number.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    public RolloutGradient Evaluate(long number, ulong seed, IReadOnlyDictionary<string, double> parameters)
    {
        Draw(number, seed, heldOut: true, blanking: 0, nowcasts: 0);
        return Sum(share => share.Evaluate(parameters));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var share in _shares)
        {
            share.Dispose();
        }
    }

    private void Draw(long step, ulong seed, bool heldOut, double blanking, double nowcasts)
    {
        ForEach((share, _) => share.Batch.Draw(seed, step, heldOut, blanking, nowcasts));
        var observed = _shares.Sum(share => share.Batch.Observations.ObservedCount);
        var centre = _shares.Sum(share => share.Batch.Observations.CentreCount);
        foreach (var share in _shares)
        {
            share.Batch.Observations.ObservedCount = observed;
            share.Batch.Observations.CentreCount = centre;
        }
    }

    private RolloutGradient Sum(Func<BatchShare, RolloutGradient> evaluate)
    {
        var parts = new RolloutGradient[_shares.Length];
        ForEach((share, i) =>
        {
            Evaluating?.Invoke(_rows[i]);
            parts[i] = evaluate(share);
        });
        return RolloutGradient.Sum(parts);
    }

    private void ForEach(Action<BatchShare, int> action)
    {
        if (_shares.Length == 1 || !_isParallel)
        {
            for (var i = 0; i < _shares.Length; i++)
            {
                action(_shares[i], i);
            }

            return;
        }

        try
        {
            Parallel.For(0, _shares.Length, i => action(_shares[i], i));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }
}
