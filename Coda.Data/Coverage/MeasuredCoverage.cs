namespace Coda.Data.Coverage;

/// <summary>Nominal against measured coverage, on withheld observations that the calibration did not see.</summary>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="Sites">Which sites.</param>
/// <param name="Level">The nominal level.</param>
/// <param name="Observations">The share of observations at separated times in their band, with its interval.</param>
/// <param name="State">The share of states in theirs, told from the residuals' second moments; <see langword="null"/> where these do not resolve it.</param>
/// <param name="StateLower">The lower end of its 95 % interval.</param>
/// <param name="StateUpper">The upper end.</param>
public sealed record MeasuredCoverage(
    int Lead, CoveredSites Sites, double Level, BinomialInterval Observations, double? State, double? StateLower, double? StateUpper);
