using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
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
