using Coda.Data.Archives.Stored;

namespace Coda.Data.Archives.Import;

/// <summary>How the values of an import lie, so that one which stands for none, or an error of the instrument, is seen.</summary>
/// <param name="Smallest">The smallest value.</param>
/// <param name="Largest">The largest value.</param>
/// <param name="Median">The median, the smaller of two.</param>
/// <param name="Deviation">
/// The robust standard deviation: 1.4826 times the median distance from the median, or 1.2533 times the mean distance where that is 0
/// (Iglewicz and Hoaglin, 1993).
/// </param>
/// <param name="Outliers">The values further than <see cref="Limit"/> deviations from the median; none among fewer than 20 values.</param>
/// <param name="Rejected">The values that were left out.</param>
/// <param name="Fullness">The share of all entries (trajectories × steps × sites) with an observation.</param>
public sealed record ImportedValues(float Smallest, float Largest, float Median, double Deviation, long Outliers, long Rejected, double Fullness)
{
    /// <summary>The number of robust deviations beyond which a value is an outlier; Laplace's distribution reaches 14 in a million.</summary>
    public const double Limit = PlausibleObservations.DefaultDeviations;

    /// <summary>How they lie by unit, where fields have different ones; then there is no median of all.</summary>
    public IReadOnlyDictionary<string, ImportedValues>? ByUnit { get; init; }

    /// <summary>The range of values that are no outliers.</summary>
    internal ValueRange Plausible => new(Median - (Limit * Deviation), Median + (Limit * Deviation));
}
