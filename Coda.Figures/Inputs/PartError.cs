namespace Coda.Figures.Inputs;

/// <summary>The error at a site or of a field.</summary>
/// <param name="Part">The site's or field's name.</param>
/// <param name="Value">The error; NaN where there is none.</param>
/// <param name="Deviation">Its deviation over trajectories; NaN where it is not known.</param>
public sealed record PartError(string Part, double Value, double Deviation);
