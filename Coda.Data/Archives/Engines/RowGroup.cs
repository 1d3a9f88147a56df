namespace Coda.Data.Archives.Engines;

/// <summary>One row group of a Parquet file.</summary>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Ranges">Smallest and largest value of each integer column, where the file tells.</param>
/// <param name="HasNulls">Whether the file tells that an integer is missing.</param>
internal sealed record RowGroup(long Rows, IReadOnlyDictionary<string, (long Smallest, long Largest)> Ranges, bool HasNulls)
{
    /// <summary>Whether it can hold a row that passes a filter.</summary>
    /// <param name="filter">The filter.</param>
    public bool MayHold(RowFilter filter) =>
        Overlaps("trajectory", filter.Trajectory, filter.UpToTrajectory) &&
        Overlaps("step", filter.Steps?.Start, filter.Steps?.End - 1) &&
        Overlaps("lead", filter.Lead, filter.Lead);

    private bool Overlaps(string column, long? first, long? last) =>
        first is null || !Ranges.TryGetValue(column, out var range) || (range.Smallest <= last && range.Largest >= first);
}
