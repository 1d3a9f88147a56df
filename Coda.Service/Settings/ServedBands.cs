using Coda.Data.Coverage;

namespace Coda.Service.Settings;

/// <summary>Bands for replies: of the model's analyses, or of its streams.</summary>
/// <param name="File">Where they come from, for messages.</param>
/// <param name="Bands">The bands, as <c>coda calibrate</c> makes them.</param>
/// <param name="Level">Which of their levels.</param>
public sealed record ServedBands(string File, CoverageBands Bands, double Level);
