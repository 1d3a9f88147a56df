using Coda.Data.Archives;

namespace Coda.Classical.Tuning;

/// <summary>A parameter estimated from observations.</summary>
/// <param name="Name">The parameter's symbol.</param>
/// <param name="Start">The value that the estimation started from.</param>
/// <param name="Value">The estimate: the mean over stretches.</param>
/// <param name="StandardError">Its standard error: the scatter of the stretches' estimates over the root of their number; of a single stretch, the
/// posterior's spread.</param>
/// <param name="Stretches">The number of stretches that it comes from.</param>
/// <param name="Unsound">The number of those left out because they did not converge.</param>
public sealed record ParameterEstimate(string Name, double Start, double Value, double StandardError, int Stretches, int Unsound);
