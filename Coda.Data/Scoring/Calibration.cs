namespace Coda.Data.Scoring;

/// <summary>Whether estimates are as far off as their spread says: the Gaussian of estimate and spread held to what came out, over all entries of all
/// states.</summary>
/// <remarks>
/// Spread against error: Fortin, Abaza, Anctil and Turcotte (2014), doi:10.1175/JHM-D-14-0008.1, the roots of mean variance and of mean squared error, both
/// over all entries (the scores <see cref="Coda.Data.Scoring.RootMeanSquareError"/> and <see cref="Coda.Data.Scoring.Spread"/> take the root of each state
/// first, and are a little smaller). Rank histogram: Hamill (2001), doi:10.1175/1520-0493(2001)129&lt;0550:IORHFV&gt;2.0.CO;2, for a Gaussian the histogram of
/// the probability integral transform (PIT) Φ((y - x̂) / s) of Gneiting, Balabdaoui and Raftery (2007), doi:10.1111/j.1467-9868.2007.00587.x. A flat one is
/// calibrated, a U too narrow, a hill too wide, a slope biased. Against observations, s² + σ² stands for s², and σ² is taken off the squared errors.
/// </remarks>
/// <param name="Sites">The sites it is taken over.</param>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="LeadTime">The lead, in the archive's time unit.</param>
/// <param name="Spread">The root of the mean variance.</param>
/// <param name="RootMeanSquareError"> The root of the mean squared error; nothing where the observations' noise that is taken off leaves less than three times
/// its standard error, entries taken as independent.
/// </param>
/// <param name="Ratio">The spread-skill ratio, spread over error: below 1 is overconfident; <see langword="null"/> without an error, or where it is not
/// resolved.</param>
/// <param name="Bins">Entries sorted by spread into at most ten bins of about as many entries each; fewer where the spread hardly varies.</param>
/// <param name="Histogram">The share of entries in each tenth of the PIT, from 0 to 1.</param>
/// <param name="HistogramDeviation"> How far the histogram is from flat, Σ |share - 1/10|: the reliability index of Delle Monache et al. (2006),
/// doi:10.1029/2005JD006917. 0 is flat; 1.8 is all in one bin.
/// </param>
/// <param name="Count">The number of entries.</param>
public sealed record Calibration(
    ScoredSites Sites,
    int Lead,
    double LeadTime,
    double Spread,
    double? RootMeanSquareError,
    double? Ratio,
    IReadOnlyList<SpreadBin> Bins,
    IReadOnlyList<double> Histogram,
    double HistogramDeviation,
    long Count)
{
    /// <summary>The field or site that it is taken over, where they are scored apart.</summary>
    public ScoredPart? Part { get; init; }

    /// <summary>The root of the mean squared misfit: the error, or against observations the error with the noise left in.</summary>
    public double Misfit { get; init; }
}
