using Coda.Data.Algebra;

namespace Coda.Training.Networks;

/// <summary>One step of a forward model with weights, written over the algebra: what <see cref="ForwardGraphs"/> exports.</summary>
internal interface IForwardStep
{
    /// <summary>The number of the forcing's values at a step; 0 for none.</summary>
    int Channels { get; }

    /// <summary>Advances states by one step.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="state">The states. [..., space]</param>
    /// <param name="forcing">The forcing over the step, where there is one. [..., 2, channel]</param>
    /// <param name="weights">The weights.</param>
    T Advance<T>(IAlgebra<T> ops, T state, T? forcing, Weights<T> weights);
}
