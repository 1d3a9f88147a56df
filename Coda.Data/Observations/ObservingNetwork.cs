using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>Where and when one observes; a pure function of the seed, the trajectory and the step.</summary>
/// <remarks>A subclass is one file: sealed, with a nested <c>Options</c> record, and a constructor (Options), or (<see cref="SiteMap"/>, Options) where it asks
/// where the sites lie. Immutable; safe to share.</remarks>
public abstract class ObservingNetwork
{
    /// <summary>Marks the sites that are observed at a step.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <param name="observed">One entry per site; all are set. [site]</param>
    public abstract void Observe(ulong seed, int trajectory, long step, Span<bool> observed);

    /// <summary>Every observing network, by name; the context is where the sites lie, for those that ask for it.</summary>
    public static Catalog<ObservingNetwork> Catalog { get; } = new("observing network", typeof(SiteMap)) { IsContextOptional = true };
}
