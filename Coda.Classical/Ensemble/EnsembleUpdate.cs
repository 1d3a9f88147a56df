using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>The mathematics of a filter: how the ensemble changes in the space that it spans.</summary>
/// <param name="spectrum">The observed anomalies S and the innovation d.</param>
/// <param name="observations">The same, observation by observation.</param>
/// <param name="random">The step's random numbers.</param>
/// <param name="transform">Takes T and w.</param>
internal delegate void EnsembleUpdate(EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, EnsembleTransform transform);
