using System.Globalization;
using System.Text;
using Coda.Data.Archives.NetCdf;

namespace Coda.Data.Archives.Export;

/// <summary>Writes rows as CSV (RFC 4180, UTF-8, a header, a point as the decimal sign); numbers are as short as they are exact.</summary>
internal static class CsvTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="stream">Where it goes; stays open.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="progress">Told the share that is written.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>The number of rows.</returns>
    public static long Write(Stream stream, TidyRows rows, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', rows.Columns.Select(column => column.Name)));
        var total = 0L;
        foreach (var count in rows.Blocks(progress, cancellation))
        {
            for (var row = 0; row < count; row++)
            {
                for (var column = 0; column < rows.Columns.Count; column++)
                {
                    writer.Write(column == 0 ? "" : ",");
                    writer.Write(Cell(rows.Columns[column].Values, row));
                }

                writer.WriteLine();
            }

            total += count;
        }

        return total;
    }

    private static string Cell(Array values, int row) => values switch
    {
        int[] integers => integers[row].ToString(CultureInfo.InvariantCulture),
        long[] integers => integers[row].ToString(CultureInfo.InvariantCulture),
        float[] numbers => numbers[row].ToString("R", CultureInfo.InvariantCulture),
        double[] numbers => numbers[row].ToString("R", CultureInfo.InvariantCulture),
        DateTime[] dates => CfTime.DateOf((dates[row] - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
        _ => Quoted(((string[])values)[row]),
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n#") || text.Trim() != text ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
