namespace Coda.Inference.Forecasting;

/// <summary>An analysis that a forecast starts from.</summary>
/// <param name="Trajectory">Its trajectory.</param>
/// <param name="Step">Its step.</param>
/// <param name="State">The state. [space]</param>
/// <param name="Spread">The standard deviation of each entry's error, where the members of an ensemble differ by it. [space]</param>
internal sealed record ForecastStart(int Trajectory, long Step, ReadOnlyMemory<float> State, ReadOnlyMemory<float>? Spread);
