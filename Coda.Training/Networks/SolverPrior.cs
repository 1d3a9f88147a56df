namespace Coda.Training.Networks;

/// <summary>What a variational solver knows of trajectories before they are observed.</summary>
public enum SolverPrior
{
    /// <summary>Learned experts: the trajectory's responses to kernels over time and space.</summary>
    Experts,

    /// <summary>The simulator: consecutive states depart little from it. Not where there is forcing.</summary>
    Simulator,
}
