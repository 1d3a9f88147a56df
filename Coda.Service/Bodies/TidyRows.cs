using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Service.Bodies;

/// <summary>Observations as a Parquet file or CSV has them.</summary>
/// <param name="Rows">The rows: of Parquet in the file's order, of CSV sorted by trajectory and step.</param>
/// <param name="SiteNames">The names of the sites in the order of their index, where the file has them.</param>
/// <param name="Calendar">What steps are in dates, where that is known.</param>
internal sealed record TidyRows(IReadOnlyList<ObservationRow> Rows, IReadOnlyList<string>? SiteNames, StepCalendar? Calendar)
{
    /// <summary>The forcing that the file brings beside its rows.</summary>
    public ForcingBody? Forcing { get; init; }
}
