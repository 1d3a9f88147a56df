using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>A system in which resolved fields feel unresolved ones through one term of their tendency, which a model of the resolved fields alone
/// lacks.</summary>
/// <remarks>Zinchenko and Greenberg (2024), section 3.4: what a learned correction B(x) stands for. Immutable; safe to share.</remarks>
public interface ICoupledSystem
{
    /// <summary>The fields that a truncated model has.</summary>
    StateLayout ResolvedLayout { get; }

    /// <summary>The term by which the unresolved fields enter the tendency of the resolved ones.</summary>
    /// <param name="state">The whole state, unresolved fields included. [..., space]</param>
    /// <param name="p">The system's parameters.</param>
    /// <returns>The term, as it is added to the tendency. [..., resolved space]</returns>
    Field<T> Coupling<T>(Field<T> state, ParameterValues<T> p);
}
