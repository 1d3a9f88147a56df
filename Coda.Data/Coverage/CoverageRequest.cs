using Coda.Data.Foundation;

namespace Coda.Data.Coverage;

/// <summary>How bands are calibrated.</summary>
public sealed record CoverageRequest
{
    /// <summary>The levels, rising.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [0.8, 0.9, 0.95];

    /// <summary>The share of the record's steps, at its end, that calibration does not see and that coverage is measured on.</summary>
    public double TestShare { get; init; } = 0.25;

    /// <summary>The most groups by spread; as many as are known well enough are made.</summary>
    public int MostGroups { get; init; } = 5;

    /// <summary>Whether a floor beside the spread is looked for; not where spreads are on another scale than the estimates they are of, or in several
    /// units.</summary>
    public bool FitsFloor { get; init; } = true;

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">Something is out of range, all faults at once.</exception>
    public void Check() => new Faults(nameof(CoverageRequest))
        .Require(Levels.Count > 0 && Levels.All(l => l > 0 && l < 1) && Levels.Zip(Levels.Skip(1)).All(p => p.First < p.Second),
            nameof(Levels), "rising levels in (0, 1), such as 0.8,0.9,0.95", string.Join(",", Levels))
        .Require(TestShare is > 0 and < 1, nameof(TestShare), "a share in (0, 1)", TestShare)
        .Require(MostGroups >= 1, nameof(MostGroups), "at least 1", MostGroups)
        .ThrowIfAny();
}
