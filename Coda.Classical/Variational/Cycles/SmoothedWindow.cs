using Coda.Data.Time;

namespace Coda.Classical.Variational.Cycles;

/// <summary>A window's analyses.</summary>
/// <param name="Steps">The steps.</param>
/// <param name="States">The states with the parameters after them. [time, space]</param>
/// <param name="Variances">Their variances. [time, space]</param>
/// <param name="Passes">The passes.</param>
/// <param name="Misfit">Twice the cost over the number of observations; NaN where there is none.</param>
/// <param name="Observed">The number of observations.</param>
internal sealed record SmoothedWindow(StepRange Steps, double[] States, double[] Variances, int Passes, double Misfit, int Observed);
