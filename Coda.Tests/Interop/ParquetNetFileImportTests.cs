using Parquet;
using Parquet.Schema;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class ParquetNetFileImportTests : ForeignFileImport
{
    [TestMethod]
    [DataRow("numbers", "value", "plain", "PLAIN")]
    [DataRow("texts", "site", "dictionary", "PLAIN_DICTIONARY")]
    [DataRow("numbers", "value", "split", "BYTE_STREAM_SPLIT")]
    [DataRow("numbers", "run", "delta", "DELTA_BINARY_PACKED")]
    public void EveryEncoding(string table, string column, string encoding, string expected) => AssertEncoded(table, column, encoding, expected);

    [TestMethod]
    public void TimestampsAsTheyOnceWere() => AssertImported("dates", new(Timestamps: "int96"));

    [TestMethod]
    public void AnEncodingThatCannotBeReadIsNamed() => AssertRefused(
        new(Encoding: "split integers"), "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data", "Write it anew, plain or with dictionaries.");

    private protected override void Write(string path, ForeignTable table, ForeignFormat format) => WriteAsync(path, table, format).GetAwaiter().GetResult();

    private static async Task WriteAsync(string path, ForeignTable table, ForeignFormat format)
    {
        var schema = new ParquetSchema(table.Columns.Select(column => FieldOf(column, format)));
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, Options(table, format));
        for (var row = 0; row < table.Rows; row += ForeignFormat.RowGroupSize)
        {
            using var group = writer.CreateRowGroup();
            foreach (var (column, field) in table.Columns.Zip(schema.DataFields))
            {
                await WriteAsync(group, field, column.Values, row, Math.Min(ForeignFormat.RowGroupSize, table.Rows - row));
            }
        }
    }

    private static ParquetOptions Options(ForeignTable table, ForeignFormat format)
    {
        var options = new ParquetOptions
        {
            CompressionMethod = format.Codec switch
            {
                "uncompressed" => CompressionMethod.None,
                "lz4_raw" => CompressionMethod.Lz4Raw,
                var codec => Enum.Parse<CompressionMethod>(codec, ignoreCase: true),
            },
        };
        foreach (var column in table.Columns)
        {
            options.ColumnEncodingHints[column.Name] = format.Encoding switch
            {
                "dictionary" when column.Values is string[] => EncodingHint.Dictionary,
                "delta" when column.Values is int[] or long[] => EncodingHint.DeltaBinaryPacked,
                "split" when column.Values is float?[] or double[] => EncodingHint.ByteSplitStream,
                "split integers" when column.Values is int[] => EncodingHint.ByteSplitStream,
                _ => EncodingHint.Default,
            };
        }

        return options;
    }

    private static DataField FieldOf(ForeignColumn column, ForeignFormat format) => column.Values switch
    {
        DateTime[] when format.Timestamps == "int96" => new DateTimeDataField(column.Name, DateTimeFormat.Impala),
        DateTime[] => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, unit: Enum.Parse<DateTimeTimeUnit>(format.Timestamps, ignoreCase: true)),
        string[] => new DataField<string>(column.Name),
        var values => new DataField(column.Name, values.GetType().GetElementType()!),
    };

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Array values, int start, int count) => values switch
    {
        int[] entries => group.WriteAsync<int>(field, entries.AsMemory(start, count)),
        long[] entries => group.WriteAsync<long>(field, entries.AsMemory(start, count)),
        float[] entries => group.WriteAsync<float>(field, entries.AsMemory(start, count)),
        double[] entries => group.WriteAsync<double>(field, entries.AsMemory(start, count)),
        DateTime[] entries => group.WriteAsync<DateTime>(field, entries.AsMemory(start, count)),
        int?[] entries => group.WriteAsync<int>(field, entries.AsMemory(start, count)),
        float?[] entries => group.WriteAsync<float>(field, entries.AsMemory(start, count)),
        double?[] entries => group.WriteAsync<double>(field, entries.AsMemory(start, count)),
        _ => group.WriteAsync(field, new ArraySegment<string?>((string?[])values, start, count)),
    };
}
