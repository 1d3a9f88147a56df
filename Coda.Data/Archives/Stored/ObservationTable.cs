using System.Numerics.Tensors;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stored;

/// <summary>Tidy rows of observations in a Parquet file of its own, outside any archive.</summary>
public static class ObservationTable
{
    /// <summary>Reads the columns <c>step</c>, <c>site</c>, <c>value</c> and, where there are such, <c>trajectory</c> and <c>sigma</c>; others are left
    /// alone.</summary>
    /// <param name="path">The file. Integers of 32 or 64 bits; values FLOAT or DOUBLE, which are rounded to FLOAT.</param>
    /// <param name="mostRows">The number of rows beyond which the file is refused before they are read.</param>
    /// <returns>The rows in the file's order; trajectory 0 where the file has none. Their order, sites and finiteness are the caller's to check.</returns>
    /// <exception cref="ArchiveFormatException">No whole Parquet file, a column missing or of another type, a row without a value, too many rows, or row groups
    /// too large to be read within 512 MB.</exception>
    public static IReadOnlyList<ObservationRow> Read(string path, long mostRows = int.MaxValue) => Read(path, mostRows, DuckDbEngine.Confined);

    /// <summary>Reads the names of the sites, which parts of archives carry in the metadata of the file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The names in the order of the sites' index; <see langword="null"/> where the file has none.</returns>
    /// <exception cref="ArchiveFormatException">No whole Parquet file, or what stands for the names is no list of texts.</exception>
    public static IReadOnlyList<string>? ReadSiteNames(string path) => ReadSiteNames(path, DuckDbEngine.Confined);

    /// <summary>Reads what step 0 stands for, which parts of archives carry in the metadata of the file where it is a date or another time than 0.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The text as the archive has it; <see langword="null"/> where the file has none.</returns>
    /// <exception cref="ArchiveFormatException">No whole Parquet file.</exception>
    public static string? ReadTimeOrigin(string path) => DuckDbEngine.Confined.ReadMetadata(path, TableMeaning.TimeOrigin);

    /// <summary>Reads what the file says beside its rows of the forcing that goes with them, in its metadata <c>forcing</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The text as the file has it, JSON by agreement; <see langword="null"/> where the file has none.</returns>
    /// <exception cref="ArchiveFormatException">No whole Parquet file.</exception>
    public static string? ReadForcing(string path) => DuckDbEngine.Confined.ReadMetadata(path, "forcing");

    /// <summary>Reads them with an engine of choice.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">The engine.</param>
    internal static IReadOnlyList<string>? ReadSiteNames(string path, IParquetEngine engine)
    {
        if (engine.ReadMetadata(path, TableMeaning.SiteNames) is not { } text)
        {
            return null;
        }

        try
        {
            return CodaJson.Parse<IReadOnlyList<string>>(text, $"{path}: metadata '{TableMeaning.SiteNames}'", "Write the file anew, or leave the names out.");
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException(fault.Message, fault);
        }
    }

    /// <summary>Reads them with an engine of choice.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostRows">The most rows.</param>
    /// <param name="engine">The engine.</param>
    internal static IReadOnlyList<ObservationRow> Read(string path, long mostRows, IParquetEngine engine)
    {
        var footer = engine.ReadFooter(path);
        var types = footer.Columns.ToDictionary(c => c.Name, c => c.Type);
        Column[] columns =
        [
            Find(path, types, TableFormat.Step, ColumnType.Int32, ColumnType.Int64), Find(path, types, TableFormat.Site, ColumnType.Int32, ColumnType.Int64),
            Find(path, types, TableFormat.Value, ColumnType.Float, ColumnType.Double),
            .. types.ContainsKey(TableFormat.Trajectory.Name)
                ? [Find(path, types, TableFormat.Trajectory, ColumnType.Int32, ColumnType.Int64)] : Array.Empty<Column>(),
            .. types.ContainsKey(TableFormat.Sigma.Name) ? [Find(path, types, TableFormat.Sigma, ColumnType.Float, ColumnType.Double)] : Array.Empty<Column>(),
        ];
        if (footer.Rows > mostRows)
        {
            throw new ArchiveFormatException($"{path}: expected at most {mostRows} rows, got {footer.Rows}. Send fewer at a time.");
        }

        var rows = new List<ObservationRow>(checked((int)footer.Rows));
        using var reader = engine.Read([path], columns, default);
        while (reader.Next())
        {
            Add(path, reader, columns, rows);
        }

        return rows;
    }

    private static Column Find(string path, Dictionary<string, string> types, Column wanted, params ReadOnlySpan<ColumnType> allowed)
    {
        var got = types.GetValueOrDefault(wanted.Name);
        foreach (var type in allowed)
        {
            if (got == TableFormat.Name(type))
            {
                return wanted with { Type = type };
            }
        }

        throw new ArchiveFormatException(
            $"{path}: column '{wanted.Name}': expected {TableFormat.Name(allowed[0])} or {TableFormat.Name(allowed[1])}, got {got ?? "none"}. "
                + "Write the column with that type.");
    }

    private static void Add(string path, IColumnReader reader, Column[] columns, List<ObservationRow> rows)
    {
        for (var column = 0; column < columns.Length; column++)
        {
            if (reader.FirstNull(column) is >= 0 and var empty)
            {
                throw new ArchiveFormatException(
                    $"{path}, row {rows.Count + empty}: expected a value in column '{columns[column].Name}', got none. Leave out rows of what is missing.");
            }
        }

        var (trajectory, sigma) = (IndexOf(columns, TableFormat.Trajectory), IndexOf(columns, TableFormat.Sigma));
        var (steps, sites, trajectories) =
            (Integers(reader, columns, 0), Integers(reader, columns, 1), trajectory < 0 ? new long[reader.Rows] : Integers(reader, columns, trajectory));
        var (values, sigmas) = (Values(reader, columns, 2), sigma < 0 ? null : Values(reader, columns, sigma));
        for (var row = 0; row < values.Length; row++)
        {
            if (sites[row] != (int)sites[row] || trajectories[row] != (int)trajectories[row])
            {
                throw new ArchiveFormatException(
                    $"{path}, row {rows.Count}: expected a site and a trajectory of 32 bits, got {sites[row]} and {trajectories[row]}. Number them from 0.");
            }

            rows.Add(new ObservationRow((int)trajectories[row], steps[row], (int)sites[row], values[row], sigmas?[row]));
        }
    }

    private static long[] Integers(IColumnReader reader, Column[] columns, int column)
    {
        if (columns[column].Type == ColumnType.Int64)
        {
            return reader.Column<long>(column).ToArray();
        }

        var integers = new long[reader.Rows];
        TensorPrimitives.ConvertChecked(reader.Column<int>(column), integers.AsSpan());
        return integers;
    }

    private static int IndexOf(Column[] columns, Column wanted) => Array.FindIndex(columns, column => column.Name == wanted.Name);

    private static float[] Values(IColumnReader reader, Column[] columns, int column)
    {
        if (columns[column].Type == ColumnType.Float)
        {
            return reader.Column<float>(column).ToArray();
        }

        var values = new float[reader.Rows];
        TensorPrimitives.ConvertTruncating(reader.Column<double>(column), values.AsSpan()); // rounds to nearest; beyond the range to infinity
        return values;
    }
}
