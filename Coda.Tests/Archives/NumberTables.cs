using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Archives;

/// <summary>Reads tables of results.</summary>
internal static class NumberTables
{
    /// <summary>The rows, a number for every column.</summary>
    public static IReadOnlyList<double[]> Read(string path, params string[] columns)
    {
        var rows = new List<double[]>();
        using var reader = DuckDbEngine.Shared.Read([path], [.. columns.Select(c => new Column(c, ColumnType.Float))], default);
        while (reader.Next())
        {
            rows.AddRange(Enumerable.Range(0, reader.Rows).Select(row =>
                Enumerable.Range(0, columns.Length).Select(column => (double)reader.Column<float>(column)[row]).ToArray()));
        }

        return rows;
    }
}
