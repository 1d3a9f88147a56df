using Coda.Data.Archives;

namespace Coda.Data.Feeds;

/// <summary>Observations that came together: a file of a folder, a message of a stream.</summary>
/// <param name="Ordinal">Its place in the feed, in the feed's own words: what <see cref="ObservationFeed.Open"/> goes on after.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Rows">The observations, in any order; sites, steps and finiteness are the reader's to check. None where it says nothing.</param>
/// <param name="TimeOrigin">The date of step 0, where its times are dates or it says so; else <see langword="null"/>.</param>
public sealed record ObservationBatch(string Ordinal, string Name, IReadOnlyList<ObservationRow> Rows, string? TimeOrigin = null);
