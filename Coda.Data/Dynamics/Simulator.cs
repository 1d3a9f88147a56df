using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>The forward operator M: a system, a scheme and a time step, x_{k+1} = M(x_k).</summary>
/// <remarks>Zinchenko and Greenberg (2024), eqs. 1, 2 and 7. Immutable; safe to share.</remarks>
public sealed class Simulator
{
    /// <summary>Joins a system and a scheme.</summary>
    /// <param name="system">The tendency f.</param>
    /// <param name="integrator">The scheme.</param>
    /// <param name="stepLength">The time step dt, finite and greater than 0.</param>
    /// <exception cref="ArgumentException">The step length is not positive and finite.</exception>
    public Simulator(DynamicalSystem system, Integrator integrator, double stepLength)
    {
        new Faults(nameof(Simulator))
            .Require(double.IsFinite(stepLength) && stepLength > 0, nameof(stepLength), "a finite number greater than 0", stepLength)
            .ThrowIfAny();
        (System, Integrator, StepLength) = (system, integrator, stepLength);
    }

    /// <summary>The tendency f.</summary>
    public DynamicalSystem System { get; }

    /// <summary>The scheme.</summary>
    public Integrator Integrator { get; }

    /// <summary>The time step dt, in units of the system's time.</summary>
    public double StepLength { get; }

    /// <summary>Advances a state by one step; where fields have bounds (<see cref="StateDomain"/>), in coordinates that have none.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="state">The state; where fields have bounds, its coordinates z. [..., space]</param>
    /// <param name="parameters">The system's parameters, with the forcing over the step where it has one (<see cref="ParameterValues{T}.Forced"/>).</param>
    /// <param name="correction">B(x), the tendency that the system lacks, added at every stage (eq. 7); <see langword="null"/> for none.</param>
    /// <returns>The state one step later.</returns>
    public T Advance<T>(IAlgebra<T> ops, T state, ParameterValues<T> parameters, Func<Field<T>, Field<T>>? correction = null) =>
        Integrator.Advance(
            correction is null
                ? (x, c) => Tendency(x, parameters.At(c))
                : (x, c) => Tendency(x, parameters.At(c)) + correction(x),
            ops.Field(state),
            StepLength).Value;

    private Field<T> Tendency<T>(Field<T> z, ParameterValues<T> parameters)
    {
        var layout = System.Layout;
        if (!layout.IsBounded)
        {
            return System.Tendency(z, parameters);
        }

        var x = layout.ToPhysical(z);
        return layout.ToWorkingTendency(System.Tendency(x, parameters), x);
    }
}
