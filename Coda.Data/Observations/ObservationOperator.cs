using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The observation operator H: what would be observed of a state, y = H(x) + ε.</summary>
/// <remarks>
/// Which entries of H(x) are seen at a step is the observing network's matter; H gives them all. A subclass is one file: sealed, with a nested <c>Options</c>
/// record and a constructor (<see cref="StateLayout"/>, Options). Zinchenko and Greenberg (2024), eq. 3. Immutable; safe to share.
/// </remarks>
public abstract class ObservationOperator
{
    /// <summary>For every site, the state entry that it lies at or is centred on: how networks place observations in space. Its length is the site
    /// count.</summary>
    public abstract IReadOnlyList<int> Locations { get; }

    /// <summary>The number of sites, the length of H(x).</summary>
    public int SiteCount => Locations.Count;

    /// <summary>Where the sites lie between the points of the grid of <see cref="Locations"/>; <see langword="null"/> where they lie at these.</summary>
    public virtual SitePositions? Positions => null;

    /// <summary>H(x).</summary>
    /// <param name="x">The state. [..., space]</param>
    /// <returns>What is observed without error. [..., site]</returns>
    public abstract Field<T> Apply<T>(Field<T> x);

    /// <summary>H(x).</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="state">The state. [..., space]</param>
    /// <returns>What is observed without error. [..., site]</returns>
    public T Apply<T>(IAlgebra<T> ops, T state) => Apply(ops.Field(state)).Value;

    /// <summary>The operator of some of the sites, as a step has them that observes few of many: costs no more than these where the operator computes its
    /// sites one by one.</summary>
    /// <param name="sites">The sites, in [0, <see cref="SiteCount"/>), at least one; one may stand twice.</param>
    /// <returns>An operator with these sites, in this order.</returns>
    public virtual ObservationOperator At(ReadOnlySpan<int> sites) => new Some(this, sites.ToArray());

    /// <summary>Whether H(x) is x's own entries at <see cref="Locations"/>, so that their spread is that of x; seen from what H does to two states.</summary>
    /// <param name="stateSize">The length of a state.</param>
    public bool IsSelection(int stateSize)
    {
        var ops = new BufferAlgebra<double>();
        return Enumerable.Range(0, 2).All(seed =>
        {
            var (random, state) = (new CounterRandom((ulong)seed), ops.Allocate(stateSize));
            for (var i = 0; i < stateSize; i++)
            {
                state.Span[i] = random.NextGaussian();
            }

            return Apply(ops, state).Span.ToArray().SequenceEqual(Locations.Select(l => state.Span[l]));
        });
    }

    /// <summary>What is wrong with an operator that a file names, in words; <see langword="null"/> where nothing is, or where it comes with a plug-in that is
    /// not loaded.</summary>
    /// <param name="component">The operator.</param>
    /// <param name="layout">The states that it is applied to.</param>
    /// <param name="siteCount">The number of sites that it must have.</param>
    internal static string? FaultsOf(Component component, StateLayout layout, int siteCount)
    {
        if (!Catalog.Names.Contains(component.Name))
        {
            return null;
        }

        try
        {
            var got = SiteMap.Of(layout, component, siteCount, null).Entries.Count;
            return got == siteCount ? null : FormattableString.Invariant($"one of {got} sites instead of {siteCount} (siteCount)");
        }
        catch (ArgumentException fault)
        {
            return fault.Message.TrimEnd('.');
        }
    }

    /// <summary>Every observation operator, by name; the context is the state's layout.</summary>
    public static Catalog<ObservationOperator> Catalog { get; } = new("observation operator", typeof(StateLayout));

    private protected sealed class Some(ObservationOperator h, int[] sites) : ObservationOperator
    {
        public override IReadOnlyList<int> Locations { get; } = Array.ConvertAll(sites, site => h.Locations[site]);

        public override SitePositions? Positions => h.Positions?.Of(sites);

        public override Field<T> Apply<T>(Field<T> x) => h.Apply(x).Gather(sites);
    }
}
