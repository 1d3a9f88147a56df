using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>The error of estimates in a block of consecutive steps, over all trajectories.</summary>
/// <param name="Steps">The steps.</param>
/// <param name="Error">As <see cref="RootMeanSquareError"/> has it; against withheld observations, the root mean square misfit. NaN where there is none.
/// </param>
/// <param name="Spread">The mean over states of the root mean square spread; NaN where there is none.</param>
/// <param name="Count">The number of states, or of observations.</param>
public sealed record ErrorBlock(StepRange Steps, double Error, double Spread, long Count);
