using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>The correction B: a state to the tendency that the simulator lacks, dx/dt = f(x) + B(x).</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 7. Written over the algebra of dynamics alone, so that the tangent-linear model comes with it. A subclass is one file:
/// sealed, with a nested <c>Options</c> record and a constructor (<see cref="StateLayout"/>, Options). Immutable; safe to share.
/// </remarks>
public abstract class Correction : ITrainable
{
    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public virtual IEnumerable<ModelGraph> Graphs(AssimilationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [new CorrectionGraph(this, context.Layout.Size)];
    }

    /// <summary>B(x).</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="x">The state. [..., space]</param>
    /// <returns>The missing tendency, of the state's shape.</returns>
    public abstract Field<T> Evaluate<T>(Weights<T> weights, Field<T> x);

    /// <summary>An affine map of the channels at every site, with the weights <c>name.weight</c> and <c>name.bias</c>.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="a">The input. [..., input, space]</param>
    /// <returns>The result. [..., output, space]</returns>
    protected static Field<T> Layer<T>(Weights<T> weights, string name, Field<T> a)
    {
        var weight = weights[$"{name}.weight"];
        var mixed = weights.IsPerState($"{name}.weight") // [..., output, input, 1] · [..., 1, input, space]
            ? (a.Algebra.Field(weight).InsertAxis(-1) * a.InsertAxis(-3)).Sum(-2) : a.Linear(weight);
        return mixed + a.Algebra.Field(weights[$"{name}.bias"]).InsertAxis(-1);
    }

    /// <summary>Every correction, by name; the context is the state's layout.</summary>
    public static Catalog<Correction> Catalog { get; } = new("correction", typeof(StateLayout));
}
