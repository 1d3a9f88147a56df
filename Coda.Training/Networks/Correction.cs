using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>The correction B: a state to the tendency that the simulator lacks, dx/dt = f(x) + B(x).</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 7. Written over the algebra of dynamics alone, so that the tangent-linear model comes with it. A subclass is one file:
/// sealed, with a nested <c>Options</c> record and a constructor (<see cref="StateLayout"/>, Options). Immutable; safe to share.
/// </remarks>
public abstract class Correction
{
    /// <summary>The arrays of weights.</summary>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>B(x).</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="state">The state. [..., space]</param>
    /// <returns>The missing tendency, of the state's shape.</returns>
    public abstract T Evaluate<T>(IAlgebra<T> ops, Weights<T> weights, T state);

    /// <summary>Every correction, by name; the context is the state's layout.</summary>
    public static Catalog<Correction> Catalog { get; } = new("correction");
}
