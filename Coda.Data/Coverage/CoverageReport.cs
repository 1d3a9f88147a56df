namespace Coda.Data.Coverage;

/// <summary>How many new observations lie in their bands, as far as the newest times tell.</summary>
public sealed record CoverageReport
{
    /// <summary>The share that the bands are to have.</summary>
    public required double Level { get; init; }

    /// <summary>γ, by which the bands follow; nothing where they stay as they were calibrated.</summary>
    public double? Rate { get; init; }

    /// <summary>α_t (<see cref="AdaptiveState.Alpha"/>).</summary>
    public required double Alpha { get; init; }

    /// <summary>What the calibrated half-widths are multiplied by; nothing where no number is great enough, so that the next observation's band is without
    /// end, and 0 where it is empty.</summary>
    public double? Factor { get; init; }

    /// <summary>The times with observations that were compared so far.</summary>
    public required long Times { get; init; }

    /// <summary>The share of the observations at the newest times that were in their bands, with its 95 % interval of as many draws as they are worth; nothing
    /// before the first.</summary>
    public BinomialInterval? Measured { get; init; }

    /// <summary>The share that the calibrated bands had there.</summary>
    public double? Calibrated { get; init; }

    /// <summary>The step since which the measured share is not what it should be; nothing while it is.</summary>
    public long? AlarmSince { get; init; }

    /// <summary>Makes it.</summary>
    /// <param name="coverage">The bands.</param>
    /// <param name="at">What is known.</param>
    public static CoverageReport Of(AdaptiveCoverage coverage, AdaptiveState at)
    {
        ArgumentNullException.ThrowIfNull(coverage);
        ArgumentNullException.ThrowIfNull(at);
        var newest = at.Newest.TakeLast(AdaptiveCoverage.Measuring).ToList();
        return new()
        {
            Level = coverage.Level, Rate = coverage.Rate, Alpha = at.Alpha, Times = at.Times, AlarmSince = at.AlarmSince,
            Factor = double.IsPositiveInfinity(at.Factor) ? null : Math.Max(0, at.Factor), Measured = AdaptiveCoverage.Measured(at),
            Calibrated = newest.Count == 0 ? null : (double)newest.Sum(t => t.CalibratedHits) / newest.Sum(t => t.Count),
        };
    }
}
