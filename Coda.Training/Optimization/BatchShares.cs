using System.Runtime.ExceptionServices;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using TorchSharp;

namespace Coda.Training.Optimization;

/// <summary>A batch cut into shares of whole rows, one for each thread of each rank, or one after the other where a GPU lacks the memory for all.</summary>
/// <remarks>
/// Threads that each take whole rows wait for each other once a step; threads inside LibTorch's operations wait at each of them. The first share works on the
/// weights themselves, the others on aliases of gradients of their own. The sum over shares is taken in their order, so that the bits depend on the number of
/// shares only: those of n ranks with m threads each are those of one process with n times m.
/// </remarks>
internal sealed class BatchShares : IDisposable
{
    private readonly WeightStore[][] _aliases; // [share, part], the first share's being the weights themselves
    private readonly StageShare[] _shares;
    private readonly Range[] _rows; // of the batch
    private readonly int _size;
    private readonly bool _isParallel;
    private readonly IRankGroup _ranks;
    private readonly GradientSum _gradients;

    /// <summary>Cuts the batch.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The weights of its parts.</param>
    /// <param name="count">The number of shares on each rank, at least 1; on all ranks at most the rows of a batch.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="isParallel">Whether every share has a thread of its own; else they take turns, and only one needs memory at a time.</param>
    /// <param name="ranks">The ranks over which a batch is cut; this process alone by default.</param>
    public BatchShares(
        TrainingStage stage, IReadOnlyList<WeightStore> weights, int count, torch.Device device, bool isParallel = true, IRankGroup? ranks = null)
    {
        (_isParallel, _ranks, _size) = (isParallel, ranks ?? OneRank.Instance, stage.Experiment.BatchSize);
        var (first, all) = (_ranks.Rank * count, _ranks.Size * count);
        _rows = [.. Enumerable.Range(first, count).Select(i => (_size * i / all)..(_size * (i + 1) / all))];
        _aliases = [.. Enumerable.Range(0, count).Select(i => i == 0 ? [.. weights] : weights.Select(w => w.Alias()).ToArray())];
        _shares = [.. Enumerable.Range(0, count).Select(i => stage.Share([.. _aliases[i].Select(w => w.View())], _rows[i], device))];
        _gradients = new GradientSum(_aliases, _ranks);
    }

    /// <summary>The number of shares on each rank.</summary>
    public int Count => _shares.Length;

    /// <summary>The number of shares on all ranks, on which the bits depend.</summary>
    public int CountOfAll => _shares.Length * _ranks.Size;

    /// <summary>Called with its rows before a share is evaluated; for tests, which have it fail.</summary>
    public Action<int>? Evaluating { get; init; }

    /// <summary>The number of shares on each rank that suits a stage.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">The number of threads at hand on each rank.</param>
    /// <param name="ranks">The number of ranks.</param>
    /// <returns>One on a GPU, and where batches are evaluated as a whole.</returns>
    /// <exception cref="ArgumentException">There are more ranks than there is work for.</exception>
    public static int CountFor(TrainingStage stage, torch.Device device, int threads, int ranks = 1)
    {
        var size = stage.TakesWholeBatches ? 1 : stage.Experiment.BatchSize;
        if (ranks > size)
        {
            throw new ArgumentException(stage.TakesWholeBatches
                ? $"Expected one rank for a network whose batches are evaluated as a whole (batch normalization), got {ranks}. Train it in one process."
                : $"Expected at most {size} ranks, one for each row of a batch, got {ranks}. Start fewer, or take a larger {stage.OptionPrefix}batchSize.");
        }

        return device.type == DeviceType.CPU ? Math.Min(threads, size / ranks) : 1;
    }

    /// <summary>Draws a batch, evaluates its loss and sets the gradients of the weights.</summary>
    /// <param name="step">The optimizer's step.</param>
    /// <param name="numbers">The values of all numbers.</param>
    public StageLoss Backward(long step, IReadOnlyDictionary<string, double> numbers)
    {
        Draw(step, heldOut: false);
        var loss = Sum(share => share.Backward(numbers));
        _gradients.Take();
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

    /// <summary>What the rows carry from one step to the next, all of them; every rank asks for it. [row, ...]</summary>
    public Dictionary<string, float[]> Carried() => _shares[0].Carried.Keys.Order(StringComparer.Ordinal).ToDictionary(
        name => name,
        name => _ranks.GatherNumbers<float>(_shares.SelectMany(share => share.Carried[name]).ToArray()).SelectMany(own => own).ToArray());

    /// <summary>Takes what the rows carry.</summary>
    /// <param name="carried">What <see cref="Carried"/> gave, perhaps with another number of shares.</param>
    /// <exception cref="InvalidDataException">An array is missing, or of another length.</exception>
    public void Carry(IReadOnlyDictionary<string, float[]> carried)
    {
        foreach (var (name, own) in Carried())
        {
            if (!carried.TryGetValue(name, out var given) || given.Length != own.Length)
            {
                throw new InvalidDataException($"Expected {own.Length} numbers carried as '{name}', got {given?.Length ?? 0}.");
            }
        }

        for (var i = 0; i < _shares.Length; i++)
        {
            var (from, to) = (_rows[i].Start.Value, _rows[i].End.Value);
            _shares[i].Carry(carried.ToDictionary(c => c.Key, c => c.Value[(c.Value.Length / _size * from)..(c.Value.Length / _size * to)]));
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
        var own = Enumerable.Range(0, _shares[0].Counts.Count).Select(i => _shares.Sum(share => share.Counts[i])).ToArray();
        var all = _ranks.Size == 1 ? [own] : _ranks.GatherNumbers<long>(own);
        var counts = own.Select((_, i) => all.Sum(rank => rank[i])).ToArray();
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
            Evaluating?.Invoke(_rows[i].End.Value - _rows[i].Start.Value);
            parts[i] = evaluate(share);
        });
        return StageLoss.Sum(_ranks.Size == 1 ? parts : Gather(parts));
    }

    // The losses of the shares of all ranks, in the order of the shares.
    private List<StageLoss> Gather(StageLoss[] own)
    {
        var (terms, names) = (own[0].Terms.Length, own[0].Numbers.Keys.Order(StringComparer.Ordinal).ToArray());
        double[] Flat(StageLoss loss) => [.. loss.Terms, loss.Total, .. names.Select(name => loss.Numbers[name])];
        var (width, gathered) = (terms + 1 + names.Length, new List<StageLoss>());
        foreach (var numbers in _ranks.GatherNumbers<double>(own.SelectMany(Flat).ToArray()).SelectMany(rank => rank.Chunk(width)))
        {
            gathered.Add(new StageLoss(
                numbers[..terms], numbers[terms], names.Select((name, i) => (name, numbers[terms + 1 + i])).ToDictionary(n => n.name, n => n.Item2)));
        }

        return gathered;
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
            Parallel.For(0, _shares.Length, i =>
            {
                TorchThreads.UseHere(1);
                action(_shares[i], i);
            });
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }
}
