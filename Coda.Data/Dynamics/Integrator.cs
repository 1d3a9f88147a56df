using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>A one-step scheme that advances dx/dt = f(x, t) by one time step.</summary>
/// <remarks>A subclass is one file, sealed, with a nested <c>Options</c> record. Immutable; safe to share.</remarks>
public abstract class Integrator
{
    /// <summary>The order p: the error at a fixed time shrinks as dt to the power p.</summary>
    public abstract int Order { get; }

    /// <summary>The scheme with whatever it needs to know beforehand of a system and a time step; itself where that is nothing.</summary>
    /// <param name="system">The system that it will advance.</param>
    /// <param name="dt">The time step.</param>
    public virtual Integrator Prepare(DynamicalSystem system, double dt) => this;

    /// <summary>Advances the state by one step.</summary>
    /// <param name="f">The tendency, of the state's shape, given a state and its place c in the step: 0 at step k, 1 at step k + 1.</param>
    /// <param name="x">The state at step k. [..., space]</param>
    /// <param name="dt">The time step.</param>
    /// <returns>The state at step k + 1.</returns>
    public abstract Field<T> Advance<T>(Func<Field<T>, double, Field<T>> f, Field<T> x, double dt);

    /// <summary>Every integrator, by name.</summary>
    public static Catalog<Integrator> Catalog { get; } = new("integrator");
}
