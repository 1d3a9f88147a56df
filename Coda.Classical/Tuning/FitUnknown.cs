using Coda.Data.Dynamics;

namespace Coda.Classical.Tuning;

/// <summary>A number that a fit looks for, a parameter or an entry of an initial state, and what is known of it before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">The values that it can have; the fit works on the coordinate z (<see cref="StateDomain"/>).</param>
/// <param name="Start">The value to start from.</param>
/// <param name="Mean">The mean of the Gaussian prior.</param>
/// <param name="Deviation">Its standard deviation; 0 for a number that is known.</param>
/// <param name="IsOfValue">Whether the prior is that of the value, and not of the coordinate.</param>
internal sealed record FitUnknown(string Name, StateDomain Domain, double Start, double Mean, double Deviation, bool IsOfValue)
{
    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsKnown => Deviation == 0;

    /// <summary>The coordinate to start from.</summary>
    public double Coordinate => Domain.ToWorking(Start);

    /// <summary>How far, on the coordinate, starts are drawn around the given one: half the prior's deviation.</summary>
    public double Wander => 0.5 / Math.Abs(Prior(Coordinate).Slope);

    /// <summary>The departure from the prior in units of its deviation, with its derivative.</summary>
    /// <param name="z">The coordinate.</param>
    public (double Residual, double Slope) Prior(double z) => IsOfValue
        ? ((Domain.ToPhysical(z) - Mean) / Deviation, SlopeAt(z) / Deviation)
        : ((z - Mean) / Deviation, 1 / Deviation);

    /// <summary>The deviation of a coordinate over the prior's.</summary>
    /// <param name="z">The coordinate.</param>
    /// <param name="deviation">Its deviation.</param>
    public double ShareOfPrior(double z, double deviation) => deviation * Math.Abs(Prior(z).Slope);

    private double SlopeAt(double z) => Domain is { Lower: null, Upper: not null } ? -Domain.Slope(z) : Domain.Slope(z);
}
