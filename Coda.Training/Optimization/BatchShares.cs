using System.Runtime.ExceptionServices;
using Coda.Training.Networks;
using TorchSharp;

namespace Coda.Training.Optimization;

/// <summary>A batch cut into shares of whole rows, one for each thread, or one after the other where a GPU lacks the memory for all.</summary>
/// <remarks>
/// Threads that each take whole rows wait for each other once a step; threads inside LibTorch's operations wait at each of them. The first share works on the
/// weights themselves, the others on aliases of gradients of their own. The sum over shares is taken in their order, so that the bits depend on the number of
/// threads only.
/// </remarks>
internal sealed class BatchShares : IDisposable
{
    private readonly IReadOnlyList<WeightStore> _weights;
    private readonly WeightStore[][] _aliases; // [share, part], the first share's being the weights themselves
    private readonly StageShare[] _shares;
    private readonly int[] _rows;
    private readonly bool _isParallel;

    /// <summary>Cuts the batch.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The weights of its parts.</param>
    /// <param name="count">The number of shares, at least 1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="isParallel">Whether every share has a thread of its own; else they take turns, and only one needs memory at a time.</param>
    public BatchShares(TrainingStage stage, IReadOnlyList<WeightStore> weights, int count, torch.Device device, bool isParallel = true)
    {
        (_weights, _isParallel) = (weights, isParallel);
        var size = stage.Experiment.BatchSize;
        _rows = [.. Enumerable.Range(0, count).Select(i => (size * (i + 1) / count) - (size * i / count))];
        _aliases = [.. Enumerable.Range(0, count).Select(i => i == 0 ? [.. weights] : weights.Select(w => w.Alias()).ToArray())];
        _shares = [.. Enumerable.Range(0, count)
            .Select(i => stage.Share([.. _aliases[i].Select(w => w.View())], (size * i / count)..(size * (i + 1) / count), device))];
    }

    /// <summary>The number of shares.</summary>
    public int Count => _shares.Length;

    /// <summary>Called with its rows before a share is evaluated; for tests, which have it fail.</summary>
    public Action<int>? Evaluating { get; init; }

    /// <summary>The number of shares that suits a stage.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">The number of threads at hand.</param>
    /// <returns>One on a GPU, and where batches are evaluated as a whole.</returns>
    public static int CountFor(TrainingStage stage, torch.Device device, int threads) =>
        device.type == DeviceType.CPU && !stage.TakesWholeBatches ? Math.Min(threads, stage.Experiment.BatchSize) : 1;

    /// <summary>Draws a batch, evaluates its loss and sets the gradients of the weights.</summary>
    /// <param name="step">The optimizer's step.</param>
    /// <param name="numbers">The values of all numbers.</param>
    public StageLoss Backward(long step, IReadOnlyDictionary<string, double> numbers)
    {
        Draw(step, heldOut: false);
        var loss = Sum(share => share.Backward(numbers));
        foreach (var aliases in _aliases.Skip(1))
        {
            for (var part = 0; part < aliases.Length; part++)
            {
                _weights[part].TakeGradients(aliases[part]);
            }
        }

        return loss;
    }

    /// <summary>Draws a batch from the held-out tenth and evaluates its loss.</summary>
    /// <param name="number">The batch's number.</param>
    /// <param name="numbers">The values of all numbers.</param>
    public StageLoss Evaluate(long number, IReadOnlyDictionary<string, double> numbers)
    {
        Draw(number, heldOut: true);
        return Sum(share => share.Evaluate(numbers));
    }

    /// <summary>What the rows carry from one step to the next, all of them. [row, ...]</summary>
    public Dictionary<string, float[]> Carried =>
        _shares[0].Carried.Keys.ToDictionary(name => name, name => _shares.SelectMany(share => share.Carried[name]).ToArray());

    /// <summary>Takes what the rows carry.</summary>
    /// <param name="carried">What <see cref="Carried"/> gave, perhaps with another number of shares.</param>
    /// <exception cref="InvalidDataException">An array is missing, or of another length.</exception>
    public void Carry(IReadOnlyDictionary<string, float[]> carried)
    {
        foreach (var (name, own) in Carried)
        {
            if (!carried.TryGetValue(name, out var given) || given.Length != own.Length)
            {
                throw new InvalidDataException($"Expected {own.Length} numbers carried as '{name}', got {given?.Length ?? 0}.");
            }
        }

        var first = 0;
        for (var i = 0; i < _shares.Length; i++)
        {
            var (from, to, all) = (first, first + _rows[i], _rows.Sum());
            _shares[i].Carry(carried.ToDictionary(c => c.Key, c => c.Value[(c.Value.Length / all * from)..(c.Value.Length / all * to)]));
            first = to;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var alias in _aliases.Skip(1).SelectMany(aliases => aliases))
        {
            alias.Dispose();
        }
    }

    private void Draw(long step, bool heldOut)
    {
        ForEach((share, _) => share.Draw(step, heldOut));
        var counts = Enumerable.Range(0, _shares[0].Counts.Count).Select(i => _shares.Sum(share => share.Counts[i])).ToArray();
        foreach (var share in _shares)
        {
            share.Counts = counts;
        }
    }

    private StageLoss Sum(Func<StageShare, StageLoss> evaluate)
    {
        var parts = new StageLoss[_shares.Length];
        ForEach((share, i) =>
        {
            Evaluating?.Invoke(_rows[i]);
            parts[i] = evaluate(share);
        });
        return StageLoss.Sum(parts);
    }

    private void ForEach(Action<StageShare, int> action)
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
