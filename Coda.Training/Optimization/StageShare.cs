namespace Coda.Training.Optimization;

/// <summary>Some rows of a stage's batches: one thread draws and evaluates them, on weights of its own gradients.</summary>
/// <remarks>Not thread-safe: one thread at a time.</remarks>
public abstract class StageShare
{
    /// <summary>What the last draw counted that the loss is divided by, each the sum over this share's rows; before an evaluation the loop sets the sums over
    /// all shares.</summary>
    public abstract IReadOnlyList<long> Counts { get; set; }

    /// <summary>What the rows carry from one step to the next besides the weights, by name, which a checkpoint holds: nothing by default. [row, ...]</summary>
    public virtual IReadOnlyDictionary<string, float[]> Carried { get; } = new Dictionary<string, float[]>();

    /// <summary>Takes what the rows carry, from a checkpoint.</summary>
    /// <param name="carried">Arrays of the names and lengths of <see cref="Carried"/>.</param>
    public virtual void Carry(IReadOnlyDictionary<string, float[]> carried)
    {
    }

    /// <summary>Draws the rows of a batch, a pure function of seed, step and row.</summary>
    /// <param name="step">The optimizer's step, or the number of a batch from the held-out tenth.</param>
    /// <param name="heldOut">Whether to draw from the held-out tenth.</param>
    public abstract void Draw(long step, bool heldOut);

    /// <summary>Evaluates the loss of the rows drawn and adds its gradients to the share's weights.</summary>
    /// <param name="numbers">The values of all numbers.</param>
    public abstract StageLoss Backward(IReadOnlyDictionary<string, double> numbers);

    /// <summary>Evaluates the loss of the rows drawn.</summary>
    /// <param name="numbers">The values of all numbers.</param>
    public abstract StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers);
}
