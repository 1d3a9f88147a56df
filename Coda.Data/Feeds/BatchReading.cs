using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Data.Feeds;

/// <summary>Reads the batches of a feed: tidy rows in CSV (<see cref="ObservationText"/>) or Parquet (<see cref="ObservationTable"/>).</summary>
/// <remarks>Where times are dates and no origin is given, the first batch's earliest one is that of step 0 from then on. One thread at a time.</remarks>
/// <param name="context">Whose observations they are.</param>
public sealed class BatchReading(FeedContext context)
{
    /// <summary>Reads CSV.</summary>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="ordinal">The batch's place in the feed.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidDataException">It is no CSV, or a row cannot be taken; the message says where, expected, got and cure.</exception>
    public ObservationBatch Csv(byte[] text, string ordinal, string name, CancellationToken cancellation = default)
    {
        var read = ObservationText.Read(text, name, context.Rows, cancellation);
        return new(ordinal, name, read.Rows, read.Calendar is { } calendar ? Kept(calendar.Origin) : null);
    }

    /// <summary>Reads a Parquet file with the columns step, site and value (and trajectory, sigma).</summary>
    /// <param name="path">The file.</param>
    /// <param name="ordinal">The batch's place in the feed.</param>
    /// <exception cref="Archives.ArchiveFormatException">It is no whole Parquet file, or has other columns.</exception>
    public ObservationBatch Parquet(string path, string ordinal)
    {
        var (rows, origin) = (ObservationTable.Read(path), ObservationTable.ReadTimeOrigin(path));
        if (origin is null || !StepCalendar.IsDate(origin) || !StepCalendar.IsKnown(context.Rows.TimeUnit))
        {
            return new(ordinal, path, rows);
        }

        var got = Spelt(origin);
        return Kept(got) == got ? new(ordinal, path, rows, got) : throw new InvalidDataException(
            $"{path}: expected steps counted from {context.TimeOrigin}, got some counted from {got} (the file's metadata). Write it with that origin.");
    }

    // The origin that counts from now on.
    private string Kept(string origin) => Spelt(context.TimeOrigin ??= origin);

    private string Spelt(string origin) => new StepCalendar(origin, context.Rows.StepLength, context.Rows.TimeUnit).Origin;
}
