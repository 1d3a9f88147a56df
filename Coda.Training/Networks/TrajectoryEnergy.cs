using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A prior of trajectories as an energy: how improbable one is.</summary>
internal abstract class TrajectoryEnergy
{
    /// <summary>The number of steps on each side that its gradient at a step depends on.</summary>
    public abstract int Reach { get; }

    /// <summary>Its weights.</summary>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>The gradient by the trajectory.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="x">The trajectory, scaled by the climatology. [batch, field, time, space]</param>
    /// <typeparam name="T">What stands for an array.</typeparam>
    /// <returns>An array like it.</returns>
    public abstract T Gradient<T>(INetworkAlgebra<T> ops, Weights<T> weights, T x);
}
