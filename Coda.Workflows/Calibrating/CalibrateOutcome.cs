using Coda.Data.Coverage;

namespace Coda.Workflows.Calibrating;

/// <summary>What a calibration came to.</summary>
/// <param name="File">The file with the bands.</param>
/// <param name="Bands">What it says.</param>
/// <param name="Residuals">The number of withheld observations that estimates were held to, denied ones included.</param>
public sealed record CalibrateOutcome(string File, CoverageBands Bands, int Residuals);
