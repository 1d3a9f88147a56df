using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A network whose first layer spans the window, so that it also reads a contiguous stretch and no window is ever made.</summary>
public interface IStretchNetwork
{
    /// <summary>Analyzes every full window of a contiguous stretch; agrees with <see cref="AssimilationNetwork.Analyze"/>.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="stretch">The channels of n + 2a steps. [channel, time, site]</param>
    /// <typeparam name="T">What stands for an array.</typeparam>
    /// <returns>n states, and their spread where the network gives one. [time, space]</returns>
    NetworkAnalysis<T> AnalyzeStretch<T>(INetworkAlgebra<T> ops, Weights<T> weights, T stretch);
}
