using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Parquet files through DuckDB.</summary>
/// <param name="database">The database that does the work; not owned.</param>
internal sealed class DuckDbEngine(DuckDbDatabase database) : IParquetEngine
{
    private static readonly Lazy<DuckDbEngine> SharedInstance = new(() => new DuckDbEngine(DuckDbDatabase.Shared));

    /// <summary>The engine on the database that the whole process shares.</summary>
    public static DuckDbEngine Shared => SharedInstance.Value;

    /// <inheritdoc/>
    public PartFooter ReadFooter(string path)
    {
        try
        {
            using var connection = database.Connect();
            return new PartFooter(ReadColumns(connection, path), ReadRowGroups(connection, path));
        }
        catch (DuckDbException fault)
        {
            throw Damaged(path, fault);
        }
    }

    /// <inheritdoc/>
    public IColumnReader Read(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, RowFilter filter)
    {
        var connection = database.Connect();
        try
        {
            var names = string.Join(", ", columns.Select(c => DuckDbConnection.Identifier(c.Name)));
            var result = connection.Stream($"SELECT {names} FROM {Source(paths)}{Where(filter)}");
            return new DuckDbReader(connection, result, paths.Count == 1 ? paths[0] : $"{paths[0]} to {Path.GetFileName(paths[^1])}", columns);
        }
        catch (DuckDbException fault)
        {
            connection.Dispose();
            throw Damaged(string.Join(", ", paths), fault);
        }
    }

    /// <inheritdoc/>
    public void Write(string path, RowSource source, int rowGroupSize)
    {
        using var connection = database.Connect();
        RowSourceFunction.Execute(connection, source, rows =>
            $"COPY (SELECT * FROM {rows}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet, COMPRESSION {Compression}, ROW_GROUP_SIZE {rowGroupSize})");
    }

    /// <summary>How parts are compressed.</summary>
    internal const string Compression = "zstd";

    /// <summary>The SQL for the rows of some files.</summary>
    /// <param name="paths">The files.</param>
    internal static string Source(IEnumerable<string> paths) =>
        $"read_parquet([{string.Join(", ", paths.Select(DuckDbConnection.Literal))}], hive_partitioning=false)";

    /// <summary>The error for a file that DuckDB cannot read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What DuckDB says.</param>
    internal static ArchiveFormatException Damaged(string path, DuckDbException fault) => new(
        $"{path}: expected a whole Parquet file, got one that cannot be read ({fault.Message.TrimEnd('.')}). Restore it from a copy or make the archive anew.", fault);

    private static string Where(RowFilter filter)
    {
        List<string> conditions = [];
        if (filter.Trajectory is { } trajectory)
        {
            conditions.Add($"trajectory BETWEEN {trajectory} AND {filter.UpToTrajectory}");
        }

        if (filter.Steps is { } steps)
        {
            conditions.Add($"step >= {steps.Start} AND step < {steps.End}");
        }

        if (filter.Lead is { } lead)
        {
            conditions.Add($"lead = {lead}");
        }

        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    private static List<(string Name, string Type)> ReadColumns(DuckDbConnection connection, string path)
    {
        List<(string, string)> columns = [];
        using var result = connection.Stream($"DESCRIBE SELECT * FROM {Source([path])}");
        while (result.Next())
        {
            for (var row = 0; row < result.Rows; row++)
            {
                columns.Add((result.Text(0, row)!, result.Text(1, row)!));
            }
        }

        return columns;
    }

    private static List<RowGroup> ReadRowGroups(DuckDbConnection connection, string path)
    {
        SortedDictionary<long, RowGroup> groups = [];
        using var result = connection.Stream(
            "SELECT row_group_id, row_group_num_rows, path_in_schema, TRY_CAST(stats_min_value AS BIGINT), TRY_CAST(stats_max_value AS BIGINT), "
            + $"coalesce(stats_null_count, 0) > 0 FROM parquet_metadata({DuckDbConnection.Literal(path)}) WHERE type IN ('INT32', 'INT64')");
        while (result.Next())
        {
            for (var row = 0; row < result.Rows; row++)
            {
                var id = result.Column<long>(0)[row];
                var group = groups.GetValueOrDefault(id) ?? new RowGroup(result.Column<long>(1)[row], new Dictionary<string, (long, long)>(), HasNulls: false);
                var ranges = new Dictionary<string, (long, long)>(group.Ranges);
                if (!result.IsNull(3, row) && !result.IsNull(4, row))
                {
                    ranges[result.Text(2, row)!] = (result.Column<long>(3)[row], result.Column<long>(4)[row]);
                }

                groups[id] = group with { Ranges = ranges, HasNulls = group.HasNulls || result.Column<bool>(5)[row] };
            }
        }

        return [.. groups.Values];
    }
}
