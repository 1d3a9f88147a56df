using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Parquet files through DuckDB.</summary>
/// <param name="database">The database that does the work; not owned.</param>
/// <param name="mostColumns">The most columns of a file, where it may be anybody's: DuckDB's time for them grows with their square.</param>
internal sealed class DuckDbEngine(DuckDbDatabase database, int? mostColumns = null) : IParquetEngine
{
    private static readonly Lazy<DuckDbEngine> SharedInstance = new(() => new DuckDbEngine(DuckDbDatabase.Shared));
    private static readonly Lazy<DuckDbEngine> ConfinedInstance = new(() => new DuckDbEngine(DuckDbDatabase.Confined, mostColumns: 4096));

    /// <summary>The engine on the database that the whole process shares.</summary>
    public static DuckDbEngine Shared => SharedInstance.Value;

    /// <summary>The engine for files that others made.</summary>
    public static DuckDbEngine Confined => ConfinedInstance.Value;

    /// <inheritdoc/>
    public PartFooter ReadFooter(string path)
    {
        try
        {
            using var connection = database.Connect();
            if (mostColumns is { } most && CountColumns(connection, path) is var count && count > most)
            {
                throw new ArchiveFormatException($"{path}: expected at most {most} columns, got {count}. Leave out those that are not needed.");
            }

            return new PartFooter(ReadColumns(connection, path), ReadRowGroups(connection, path));
        }
        catch (DuckDbException fault)
        {
            throw Damaged(path, fault);
        }
    }

    /// <inheritdoc/>
    public string? ReadMetadata(string path, string key)
    {
        try
        {
            using var connection = database.Connect();
            using var result = connection.Stream(
                $"SELECT decode(value) FROM parquet_kv_metadata({DuckDbConnection.FileName(path)}) WHERE key = {DuckDbConnection.Literal(key)}::BLOB LIMIT 1");
            return result.Next() ? result.Text(0, 0) : null;
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
            $"COPY (SELECT * FROM {rows}) TO {DuckDbConnection.Literal(path)} "
            + $"(FORMAT parquet, COMPRESSION {Compression}, ROW_GROUP_SIZE {rowGroupSize}{Metadata(source)})");
    }

    private static string Metadata(RowSource source) => source.Metadata.Count == 0
        ? ""
        : $", KV_METADATA {{{string.Join(", ", source.Metadata.Select(m => $"{DuckDbConnection.Literal(m.Key)}: {DuckDbConnection.Literal(m.Value)}"))}}}";

    /// <summary>How parts are compressed.</summary>
    internal const string Compression = "zstd";

    /// <summary>The SQL for the rows of some files.</summary>
    /// <param name="paths">The files.</param>
    internal static string Source(IEnumerable<string> paths) =>
        $"read_parquet([{string.Join(", ", paths.Select(DuckDbConnection.FileName))}], hive_partitioning=false)";

    /// <summary>The error for a file that DuckDB cannot read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What DuckDB says.</param>
    internal static ArchiveFormatException Damaged(string path, DuckDbException fault) => ParquetFault.IsOutOfMemory(fault)
        ? new($"{path}: expected a Parquet file read within the memory set for it, got one that needs more. Write it anew with smaller row groups.", fault)
        : new(ParquetFault.Describe(path, fault, "Restore it from a copy or make the archive anew."), fault);

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

    private static long CountColumns(DuckDbConnection connection, string path)
    {
        using var result = connection.Stream($"SELECT count(*) FROM parquet_schema({DuckDbConnection.FileName(path)})");
        return result.Next() ? result.Column<long>(0)[0] - 1 : 0; // less the root
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
        SortedDictionary<long, (long Rows, Dictionary<string, (long, long)> Ranges, bool HasNulls)> groups = [];
        using var result = connection.Stream(
            "SELECT row_group_id, row_group_num_rows, path_in_schema, TRY_CAST(stats_min_value AS BIGINT), TRY_CAST(stats_max_value AS BIGINT), "
            + $"coalesce(stats_null_count, 0) > 0 FROM parquet_metadata({DuckDbConnection.FileName(path)}) WHERE type IN ('INT32', 'INT64')");
        while (result.Next())
        {
            for (var row = 0; row < result.Rows; row++)
            {
                var id = result.Column<long>(0)[row];
                var isKnown = groups.TryGetValue(id, out var group);
                if (!isKnown)
                {
                    group = (result.Column<long>(1)[row], [], false);
                }

                if (!result.IsNull(3, row) && !result.IsNull(4, row))
                {
                    group.Ranges[result.Text(2, row)!] = (result.Column<long>(3)[row], result.Column<long>(4)[row]);
                }

                if (!isKnown || (result.Column<bool>(5)[row] && !group.HasNulls))
                {
                    groups[id] = group with { HasNulls = group.HasNulls || result.Column<bool>(5)[row] };
                }
            }
        }

        // Footers of others may say anything; counts beyond these would not add up.
        foreach (var (id, group) in groups)
        {
            if (group.Rows is < 0 or > int.MaxValue)
            {
                throw new ArchiveFormatException(
                    $"{path}: expected 0 to {int.MaxValue} rows in row group {id}, got {group.Rows}. Restore the file from a copy or make it anew.");
            }
        }

        return [.. groups.Values.Select(group => new RowGroup(group.Rows, group.Ranges, group.HasNulls))];
    }
}
