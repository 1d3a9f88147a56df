using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The observing settings from which windows are drawn anew besides the record's own: errors, densities, stations, holes in space, gaps in
/// time.</summary>
/// <remarks>What a network was never shown it answers anyhow, and with a spread that means nothing; the card of a model says what it was shown. Immutable; safe
/// to share.</remarks>
public sealed record SettingsRange
{
    /// <summary>The share of windows in settings of this range, in (0, 1]; the others keep the record's own.</summary>
    public double Share { get; init; } = 0.6;

    /// <summary>The smallest standard deviation of the observation error, over the record's own.</summary>
    public double LeastSigma { get; init; } = 0.4;

    /// <summary>The largest one, over the record's own; each window draws its own, uniform in the logarithm.</summary>
    public double LargestSigma { get; init; } = 4;

    /// <summary>The smallest share of sites and steps that are observed, in (0, 1).</summary>
    public double LeastDensity { get; init; } = 0.03;

    /// <summary>The largest one, at most 1; each window draws its own, uniform in the logarithm.</summary>
    public double LargestDensity { get; init; } = 0.8;

    /// <summary>The largest number of steps from one that is observed to the next, where only every n-th is.</summary>
    public int LargestInterval { get; init; } = 10;

    /// <summary>The largest number of neighbouring sites that are never observed.</summary>
    public int LargestHole { get; init; } = 12;

    /// <summary>The largest number of steps in a row without any observation, within the window.</summary>
    public int LongestGap { get; init; } = 100;

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => faults
        .Require(Share is > 0 and <= 1, "reanalysis.settings.share", "in (0, 1]", Share)
        .Require(LeastSigma > 0 && double.IsFinite(LeastSigma), "reanalysis.settings.leastSigma", "a finite number greater than 0", LeastSigma)
        .Require(LargestSigma >= LeastSigma && double.IsFinite(LargestSigma), "reanalysis.settings.largestSigma", $"a finite number of at least {LeastSigma}",
            LargestSigma)
        .Require(LeastDensity is > 0 and < 1, "reanalysis.settings.leastDensity", "in (0, 1)", LeastDensity)
        .Require(LargestDensity >= LeastDensity && LargestDensity <= 1, "reanalysis.settings.largestDensity", $"in [{LeastDensity}, 1]", LargestDensity)
        .Require(LargestInterval >= 1, "reanalysis.settings.largestInterval", "at least 1", LargestInterval)
        .Require(LargestHole >= 0, "reanalysis.settings.largestHole", "at least 0", LargestHole)
        .Require(LongestGap >= 0, "reanalysis.settings.longestGap", "at least 0", LongestGap);
}
