namespace Coda.Classical.Ensemble;

/// <summary>The mean of an ensemble, and its members' departures from it.</summary>
/// <param name="Mean">[space]</param>
/// <param name="Anomalies">[member, space]</param>
internal sealed record EnsembleMoments(double[] Mean, double[] Anomalies);
