using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Service.Replies;

/// <summary>States that were computed, and what is to be said of them.</summary>
/// <param name="Card">The model's card.</param>
/// <param name="Table">Analyses or forecasts.</param>
/// <param name="Calendar">What steps are in dates, where that is known.</param>
/// <param name="Warnings">What makes them doubtful; of Parquet the kinds go into a header.</param>
internal sealed record StatesReply(ModelCard Card, ArchiveTable Table, StepCalendar? Calendar, IReadOnlyList<ResultWarning> Warnings)
{
    /// <summary>The most steps past its own that an analysis, or a forecast's start, has seen, for the footer of Parquet; nothing where that is not
    /// known.</summary>
    public long? LookAhead { get; init; }

    /// <summary>The level of the bands beside the states; nothing where there are none.</summary>
    public double? BandLevel { get; init; }
}
