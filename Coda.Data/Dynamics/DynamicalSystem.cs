using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>A system of ordinary differential equations dx/dt = f(x, u(t); θ), written once over the algebra.</summary>
/// <remarks>
/// A subclass is one file: sealed, with a nested <c>sealed record Options</c> whose defaults are the cited paper's and a constructor that takes it.
/// It is then found by name, can be simulated, trained through and exported, and is examined by the conformance tests.
/// Immutable; safe to share.
/// </remarks>
public abstract class DynamicalSystem
{
    /// <summary>What the entries of the state are.</summary>
    public abstract StateLayout Layout { get; }

    /// <summary>The scalar parameters θ with their values in these options.</summary>
    public abstract IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <summary>The parameters' values in these options, by name.</summary>
    public IReadOnlyDictionary<string, double> ParameterNumbers => Parameters.ToDictionary(p => p.Name, p => p.Default);

    /// <summary>The forcing u(t) that the tendency reads, such as input series or <see cref="ForcingDefinition.Time"/>; none by default.</summary>
    public virtual IReadOnlyList<ForcingDefinition> Forcing => [];

    /// <summary>The stiff linear part of the tendency at the options' parameters, which exponential schemes advance exactly; none by default.</summary>
    /// <remarks>Part of the tendency, not beside it.</remarks>
    public virtual LinearPart? Linear => null;

    /// <summary>The tendency dx/dt.</summary>
    /// <param name="x">The state. [..., space]</param>
    /// <param name="p">The values of θ, and of the forcing where there is one. A forcing's value is [..., 1], or [..., site] where it has a size.</param>
    /// <returns>The tendency, of the state's shape.</returns>
    public abstract Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p);

    /// <summary>What the tendency conserves; nothing by default. The conformance tests and <c>coda check</c> hold the system to it.</summary>
    /// <param name="x">The state, in values, not coordinates. [..., space]</param>
    /// <param name="p">The values of the parameters.</param>
    public virtual IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p) => [];

    /// <summary>The axes of the fields' grids along which a shifted state has the shifted tendency, so that no place is special; none by default.</summary>
    /// <remarks>Where fields have different numbers of sites along an axis, a shift by one site of the coarsest moves the others as far.</remarks>
    public virtual IReadOnlyList<int> SymmetricAxes => [];

    /// <summary>The lengths of the domain's axes, in the system's own unit, where they depend on its options; nothing by default, where all grids of the system
    /// span one domain.</summary>
    public virtual IReadOnlyList<double> DomainLengths => [];

    /// <summary>How far a field's values lie from the sites of its grid on staggered grids, in spacings along each axis; nothing by default, where they lie at
    /// the sites.</summary>
    /// <param name="field">The field's symbol.</param>
    public virtual IReadOnlyList<double> OffsetOf(string field) => [];

    /// <summary>The rate of the fastest changes on the attractor, in 1/time, where it is known: what bounds the time step of explicit schemes.</summary>
    /// <remarks>None by default: then it is estimated from the tangent at the reference state, which knows waves and diffusion, but of advection only what the
    /// reference state has.</remarks>
    public virtual double? FastestRate => null;

    /// <summary>A state near the attractor, from which spin-ups start. [space]</summary>
    public abstract double[] ReferenceState();

    /// <summary>Every system, by name.</summary>
    public static Catalog<DynamicalSystem> Catalog { get; } = new("system");
}
