using Coda.Training.Experiments;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Optimization;

/// <summary>A stage of training: says which parts and numbers it trains, draws batches and gives their loss; <see cref="TrainingLoop"/> does the
/// rest.</summary>
/// <remarks>A subclass is one file. Immutable while it is trained.</remarks>
public abstract class TrainingStage
{
    /// <summary>How to optimize: steps, batch size, rates, intervals, patience, seed.</summary>
    public abstract Experiment Experiment { get; }

    /// <summary>The components whose weights the stage needs, those that it only reads included.</summary>
    public abstract IReadOnlyList<TrainablePart> Parts { get; }

    /// <summary>The numbers that it trains.</summary>
    public virtual IReadOnlyList<TrainableNumber> Numbers => [];

    /// <summary>The values of all numbers that its loss depends on, those that are trained at their starts.</summary>
    public virtual IReadOnlyDictionary<string, double> StartingNumbers => Numbers.ToDictionary(number => number.Name, number => number.Start);

    /// <summary>The names of the loss's terms, in order.</summary>
    public abstract IReadOnlyList<string> Terms { get; }

    /// <summary>What a checkpoint of this stage belongs to, as text.</summary>
    public abstract string Identity { get; }

    /// <summary>Whether a batch can only be evaluated as a whole, because its rows know of each other.</summary>
    public virtual bool TakesWholeBatches => false;

    /// <summary>Whether what the stage starts from competes for the best.</summary>
    public virtual bool StartCompetes => false;

    /// <summary>What stands before the names of its options in messages, for example <c>reanalysis.</c>.</summary>
    public virtual string OptionPrefix => "";

    /// <summary>What to change where training diverges, as the end of a sentence.</summary>
    public virtual string DivergenceCure => $"Lower the learning rates ({OptionPrefix}learningRate)";

    /// <summary>Whether a checkpoint's text means this stage.</summary>
    /// <param name="identity">What <see cref="Identity"/> gave, perhaps of an earlier version.</param>
    public virtual bool IsOf(string identity) => identity == Identity;

    /// <summary>The settings of an earlier run whose checkpoint this stage goes on from, because they differ in fewer steps or longer rollouts only.</summary>
    /// <param name="identity">The checkpoint's text, of which <see cref="IsOf"/> is not true.</param>
    /// <returns><see langword="null"/> where it does not.</returns>
    public virtual Experiment? EarlierOf(string identity) => null;

    /// <summary>Makes a share of every batch.</summary>
    /// <param name="weights">The weights of each part, in order.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public abstract StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device);
}
