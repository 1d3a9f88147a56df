namespace Coda.Data.Scoring;

/// <summary>The error of estimates at one entry of the state, or at one site.</summary>
/// <param name="Index">The entry's place in its field, or the site's number.</param>
/// <param name="Error">The mean absolute error; against withheld observations, the root mean square misfit. NaN where there is none.</param>
/// <param name="Deviation">The standard deviation over trajectories of their errors; NaN with fewer than two.</param>
/// <param name="Count">The number of values.</param>
public sealed record PlaceError(int Index, double Error, double Deviation, long Count);
