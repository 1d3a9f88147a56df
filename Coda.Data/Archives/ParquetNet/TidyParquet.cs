using System.IO.Compression;
using Coda.Data.Foundation;
using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>Writes rows of numbers, texts and dates as a Parquet file, a row group for each block, and reads small ones back.</summary>
internal static class TidyParquet
{
    private const int MostRows = 1 << 22;

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

    /// <summary>Reads a small file whole.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its columns in order, of integers of 64 bits, numbers in double precision or texts, and what it says of its rows beside them.</returns>
    /// <exception cref="ArchiveFormatException">It is no whole Parquet file, has columns of other types, or rows without a value.</exception>
    public static (IReadOnlyList<(string Name, Array Values)> Columns, IReadOnlyDictionary<string, string> Metadata) Read(string path) =>
        ParquetNetEngine.Guard(path, () =>
        {
            using var file = new ParquetNetFile(path);
            var columns = file.Footer.RowGroups.All(group => group.Rows is >= 0 and <= MostRows) && file.Footer.Rows <= MostRows
                ? file.Footer.Columns.Select(column => (column.Name, Read(file, file.Field(column.Name)))).ToList()
                : throw new InvalidDataException(FormattableString.Invariant($"it says that it has {file.Footer.Rows} rows, not up to {MostRows}"));
            return ((IReadOnlyList<(string, Array)>)columns, file.Metadata);
        });

    private static Array Read(ParquetNetFile file, Field field) => field switch
    {
        DataField { IsArray: false } data when data.ClrType == typeof(long) => Numbers<long>(file, data),
        DataField { IsArray: false } data when data.ClrType == typeof(double) => Numbers<double>(file, data),
        DataField { IsArray: false } data when data.ClrType == typeof(ReadOnlyMemory<char>) => Texts(file, data),
        _ => throw new InvalidDataException($"column '{ForeignText.Shorten(field.Name)}' is of another type"),
    };

    private static T[] Numbers<T>(ParquetNetFile file, DataField field)
        where T : unmanaged
    {
        var (values, buffer) = (new List<T>(), new NumberBuffer<T>());
        for (var number = 0; number < file.Footer.RowGroups.Count; number++)
        {
            var rows = checked((int)file.Footer.RowGroups[number].Rows);
            buffer.Read(file.Group(number), field);
            values.AddRange(buffer.FirstNull(rows) < 0
                ? buffer.Values[..rows] : throw new InvalidDataException($"column '{ForeignText.Shorten(field.Name)}' has rows without a value"));
        }

        return [.. values];
    }

    private static string[] Texts(ParquetNetFile file, DataField field)
    {
        var values = new List<string>();
        for (var number = 0; number < file.Footer.RowGroups.Count; number++)
        {
            var texts = new string[checked((int)file.Footer.RowGroups[number].Rows)];
            Completed.Wait(file.Group(number).ReadAsync(field, texts));
            values.AddRange(texts.Contains(null!)
                ? throw new InvalidDataException($"column '{ForeignText.Shorten(field.Name)}' has rows without a value") : texts);
        }

        return [.. values];
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
