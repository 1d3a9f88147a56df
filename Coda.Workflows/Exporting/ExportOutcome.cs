using Coda.Data.Archives.Export;

namespace Coda.Workflows.Exporting;

/// <summary>What was exported.</summary>
/// <param name="File">The file, or the folder of Zarr.</param>
/// <param name="Report">What it holds.</param>
/// <param name="Bytes">Its length.</param>
public sealed record ExportOutcome(string File, ExportReport Report, long Bytes);
