using Coda.Data.Archives;

namespace Coda.Service.Bodies;

/// <summary>Observations as a Parquet file has them.</summary>
/// <param name="Rows">The rows, in the file's order.</param>
/// <param name="SiteNames">The names of the sites in the order of their index, where the file has them.</param>
internal sealed record TidyRows(IReadOnlyList<ObservationRow> Rows, IReadOnlyList<string>? SiteNames);
