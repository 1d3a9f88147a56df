using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stored;

/// <summary>A small table of named columns of numbers in one Parquet file, for results.</summary>
public static class NumberTable
{
    /// <summary>Writes a table, whole or not at all.</summary>
    /// <param name="path">The file to replace.</param>
    /// <param name="columns">The columns' names, distinct; at least one.</param>
    /// <param name="rows">A number for every column; NaN for none.</param>
    /// <exception cref="ArgumentException">No column, a name twice, or a row of another length.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<double>> rows)
    {
        new Faults("table of numbers")
            .Require(columns.Count > 0, nameof(columns), "at least one column", "none")
            .Require(columns.Distinct().Count() == columns.Count, nameof(columns), "distinct names", string.Join(", ", columns))
            .Require(rows.All(r => r.Count == columns.Count), nameof(rows), $"{columns.Count} numbers in each",
                string.Join(", ", rows.Select(r => r.Count).Distinct()))
            .ThrowIfAny();
        var partial = AtomicFile.TemporaryName(path);
        try
        {
            DuckDbEngine.Shared.Write(partial, new Rows(columns, rows), rowGroupSize: 122880);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Reads a table that <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The columns' names, and a number for every column of each row; NaN for none.</returns>
    /// <exception cref="ArchiveFormatException">It is no whole Parquet file, or has columns that are no numbers in single precision.</exception>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Rows) Read(string path)
    {
        var columns = DuckDbEngine.Confined.ReadFooter(path).Columns;
        var expected = TableFormat.Name(ColumnType.Float);
        foreach (var (name, type) in columns.Where(c => c.Type != expected))
        {
            throw new ArchiveFormatException(
                $"{path}: column '{ForeignText.Shorten(name)}': expected {expected}, got {ForeignText.Shorten(type)}. Write the table again.");
        }

        using var reader = DuckDbEngine.Confined.Read([path], [.. columns.Select(c => new Column(c.Name, ColumnType.Float))], default);
        var rows = new List<IReadOnlyList<double>>();
        while (reader.Next())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var numbers = new double[columns.Count];
                for (var column = 0; column < numbers.Length; column++)
                {
                    numbers[column] = reader.Column<float>(column)[row];
                }

                rows.Add(numbers);
            }
        }

        return ([.. columns.Select(c => c.Name)], rows);
    }

    private sealed class Rows(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<double>> rows) : RowSource
    {
        private int _next;

        public override IReadOnlyList<Column> Columns { get; } = [.. columns.Select(c => new Column(c, ColumnType.Float))];

        public override int Fill(IColumnSink sink)
        {
            var count = Math.Min(sink.Capacity, rows.Count - _next);
            for (var column = 0; column < columns.Count && count > 0; column++)
            {
                var entries = sink.Column<float>(column);
                for (var row = 0; row < count; row++)
                {
                    entries[row] = (float)rows[_next + row][column];
                }
            }

            _next += count;
            return count;
        }
    }
}
