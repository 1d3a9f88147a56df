namespace Coda.Data.Coverage;

/// <summary>The observations of one time, held to a band that was made before they were seen.</summary>
/// <param name="Step">The step.</param>
/// <param name="Count">The number of observations, at least 1.</param>
/// <param name="Hits">Those in their band as it was then.</param>
/// <param name="CalibratedHits">Those that the calibrated band, with a factor of 1, has.</param>
/// <param name="Scores">What the calibrated half-width must be multiplied by for them to be just within, rising; of many, evenly spaced ones among
/// them.</param>
public sealed record ComparedTime(long Step, int Count, int Hits, int CalibratedHits, IReadOnlyList<double> Scores);
