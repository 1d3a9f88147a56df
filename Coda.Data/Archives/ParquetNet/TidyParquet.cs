using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>Writes rows of numbers, texts and dates as a Parquet file, a row group for each block.</summary>
internal static class TidyParquet
{
    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where it goes; stays open.</param>
    /// <param name="columns">Names, and arrays that hold a block: integers of 32 or 64 bits, numbers in single or double precision, texts, or dates in
    /// UTC.</param>
    /// <param name="blocks">Fills the arrays anew, and gives the number of rows of each block.</param>
    /// <param name="metadata">What the file says of its rows beside them.</param>
    /// <returns>The number of rows.</returns>
    public static long Write(
        Stream stream, IReadOnlyList<(string Name, Array Values)> columns, IEnumerable<int> blocks, IReadOnlyDictionary<string, string> metadata)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        var schema = new ParquetSchema(columns.Select(FieldOf));
        var writer = Completed.Result(ParquetWriter.CreateAsync(schema, new BlockingStream(stream), options));
        writer.CustomMetadata = metadata.ToDictionary();
        var total = 0L;
        foreach (var count in blocks)
        {
            using var group = writer.CreateRowGroup();
            for (var i = 0; i < columns.Count; i++)
            {
                Completed.Wait(Write(group, schema.DataFields[i], columns[i].Values, count));
            }

            group.CompleteValidate();
            total += count;
        }

        Completed.Wait(writer.DisposeAsync());
        return total;
    }

    private static Field FieldOf((string Name, Array Values) column) => column.Values switch
    {
        int[] => new DataField<int>(column.Name),
        long[] => new DataField<long>(column.Name),
        float[] => new DataField<float>(column.Name),
        double[] => new DataField<double>(column.Name),
        DateTime[] => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros),
        _ => new DataField<string>(column.Name, nullable: false),
    };

    private static Task Write(ParquetRowGroupWriter group, DataField field, Array values, int count) => values switch
    {
        int[] integers => group.WriteAsync(field, (ReadOnlyMemory<int>)integers.AsMemory(0, count)),
        long[] integers => group.WriteAsync(field, (ReadOnlyMemory<long>)integers.AsMemory(0, count)),
        float[] numbers => group.WriteAsync(field, (ReadOnlyMemory<float>)numbers.AsMemory(0, count)),
        double[] numbers => group.WriteAsync(field, (ReadOnlyMemory<double>)numbers.AsMemory(0, count)),
        DateTime[] dates => group.WriteAsync(field, (ReadOnlyMemory<DateTime>)dates.AsMemory(0, count)),
        _ => group.WriteAsync(field, new ArraySegment<string>((string[])values, 0, count)),
    };
}
