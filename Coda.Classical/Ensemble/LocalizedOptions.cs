using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>What filters can be told whose observations count less the farther away they are.</summary>
public abstract record LocalizedOptions : EnsembleOptions
{
    /// <summary>The localization radius in sites: the standard deviation of the Gaussian that the taper is like; it vanishes at 3.64 radii.</summary>
    [Tuned(4, 6, 8, 12)]
    public double Radius { get; init; } = 6;

    internal override string Cure => "Take more members, a smaller radius or a larger inflation, or start elsewhere with another seed.";

    /// <inheritdoc/>
    public override Faults Check(string method) => base.Check(method)
        .Require(Radius is > 0 and < double.PositiveInfinity, nameof(Radius), "a number greater than 0", Radius);

    /// <summary>Refuses states without distances.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="layout">The states' layout.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    internal static void RequireDistances(string method, StateLayout layout) => new Faults(method)
        .Require(LayoutDistance.Has(layout), nameof(layout), $"{LayoutDistance.Expected}, for localization needs distances", layout)
        .ThrowIfAny();
}
