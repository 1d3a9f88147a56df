using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.Parts;

/// <summary>Goes through observations row by row and says what is wrong with the first faulty one.</summary>
internal static class ObservationCheck
{
    /// <summary>Compares the footers' ranges with the description; the rows themselves are looked at only to name a fault.</summary>
    /// <param name="parts">The table.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="path">The archive's directory.</param>
    /// <exception cref="ArchiveFormatException">A row lies outside of the record, is not in order, or next to nothing is observed.</exception>
    public static void Require(TableParts parts, ArchiveDescription description, string path)
    {
        var isFaulty = parts.All.SelectMany(p => p.Footer.RowGroups).Any(g =>
            g.HasNulls || !Within(g, "trajectory", 0, description.TrajectoryCount) || !Within(g, "site", 0, description.SiteCount)
            || !Within(g, "step", description.Steps.Start, description.Steps.End));
        if (parts.All.Count > 0 && RecordDensity.Fault(description, parts.All.Sum(p => p.Footer.Rows)) is { } sparse)
        {
            throw new ArchiveFormatException(
                $"{path}: {sparse}. Correct archive.json, or bring the observations in again with 'coda import' (--sparse takes such a record).");
        }

        if (isFaulty && FirstFault(parts, description) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Looks for the first faulty row.</summary>
    /// <param name="parts">The table.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="filter">Parts that cannot hold such rows are left out.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <returns>The fault, or <see langword="null"/> when every row is in order.</returns>
    public static ArchiveFormatException? FirstFault(
        TableParts parts, ArchiveDescription description, RowFilter filter = default, CancellationToken cancellation = default)
    {
        (int Trajectory, long Step, int Site)? previous = null;
        foreach (var part in parts.All.Where(p => p.MayHold(filter)))
        {
            using var reader = parts.Read(part);
            for (var first = 0L; reader.Next(); first += reader.Rows)
            {
                cancellation.ThrowIfCancellationRequested();
                for (var row = 0; row < reader.Rows; row++)
                {
                    if (Fault(parts, reader, row, description, ref previous) is { } fault)
                    {
                        return new ArchiveFormatException(
                            $"{part.Place}, row {first + row}: {fault}. Correct the data and bring them in with 'coda import', which sorts and checks.");
                    }
                }
            }
        }

        return null;
    }

    private static bool Within(RowGroup group, string column, long start, long end) =>
        !group.Ranges.TryGetValue(column, out var range) || (range.Smallest >= start && range.Largest < end);

    private static string? Fault(
        TableParts parts, IColumnReader reader, int row, ArchiveDescription description, ref (int Trajectory, long Step, int Site)? previous)
    {
        for (var column = 0; column < parts.Columns.Count; column++)
        {
            if (reader.FirstNull(column) == row)
            {
                return $"expected a value in column '{parts.Columns[column].Name}', got none";
            }
        }

        var key = (Trajectory: reader.Column<int>(0)[row], Step: reader.Column<long>(1)[row], Site: reader.Column<int>(2)[row]);
        var value = reader.Column<float>(3)[row];
        var sigma = parts.Has(TableFormat.Sigma) ? reader.Column<float>(4)[row] : 1;
        var order = previous is { } last ? key.CompareTo(last) : 1;
        var fault =
            key.Trajectory < 0 || key.Trajectory >= description.TrajectoryCount
                ? $"expected a trajectory in [0, {description.TrajectoryCount}), got {key.Trajectory}"
            : !description.Steps.Contains(key.Step) ? $"expected a step in {description.Steps}, got {key.Step}"
            : key.Site < 0 || key.Site >= description.SiteCount ? $"expected a site in [0, {description.SiteCount}), got {key.Site}"
            : order == 0 ? $"expected one row for {Words(key)}, got a duplicate"
            : order < 0 ? $"expected rows sorted by (trajectory, step, site), got {Words(key)} after {Words(previous!.Value)}"
            : !float.IsFinite(value) ? FormattableString.Invariant($"expected a finite value for {Words(key)}, got {value}")
            : !(sigma > 0 && float.IsFinite(sigma)) ? FormattableString.Invariant($"expected a finite sigma greater than 0 for {Words(key)}, got {sigma}")
            : null;
        previous = key;
        return fault;
    }

    private static string Words((int Trajectory, long Step, int Site) key) =>
        FormattableString.Invariant($"trajectory {key.Trajectory}, step {key.Step}, site {key.Site}");
}
