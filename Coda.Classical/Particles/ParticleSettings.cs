namespace Coda.Classical.Particles;

/// <summary>How particles are moved and resampled.</summary>
/// <param name="Count">The number of particles N.</param>
/// <param name="ModelErrorVariance">q, the variance of what is added to each entry at each step.</param>
/// <param name="ResampleBelow">The effective size, as a share of N, below which particles are resampled.</param>
/// <param name="Jitter">The width of what is added after resampling, in spreads times N^(-1 / (space + 4)).</param>
/// <param name="Lag">The steps after an analysis whose observations it uses.</param>
internal sealed record ParticleSettings(int Count, double ModelErrorVariance, double ResampleBelow, double Jitter, int Lag);
