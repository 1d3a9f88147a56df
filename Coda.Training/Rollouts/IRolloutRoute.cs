using Coda.Training.Losses;
using static TorchSharp.torch;

namespace Coda.Training.Rollouts;

/// <summary>A way to the gradient of a <see cref="RolloutLoss"/>: the tape on buffers, or LibTorch's autograd. All agree to rounding.</summary>
public interface IRolloutRoute
{
    /// <summary>Evaluates the loss and sweeps back through rollout and network: afterwards the gradients of all weights are set.</summary>
    /// <param name="analyses">The network's analyses at the centres, then at the later centres, with autograd. [2 batch, space]</param>
    /// <param name="observations">The observations along the rollouts.</param>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    /// <param name="trained">The names of those to differentiate by.</param>
    /// <returns>The terms and the parameters' derivatives.</returns>
    RolloutGradient Backward(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained);

    /// <summary>Evaluates the loss only.</summary>
    /// <param name="analyses">As in <see cref="Backward"/>; no gradient is asked for.</param>
    /// <param name="observations">The observations along the rollouts.</param>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    RolloutGradient Evaluate(Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters);
}
