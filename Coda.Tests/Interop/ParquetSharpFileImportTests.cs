using ParquetSharp;

namespace Coda.Tests.Interop;

/// <summary>ParquetSharp is Apache Arrow's C++ library, which Python, R and many databases write with.</summary>
[TestClass]
public sealed class ParquetSharpFileImportTests : ForeignFileImport
{
    [TestMethod]
    [DataRow("numbers", "value", "plain", "PLAIN")]
    [DataRow("numbers", "value", "dictionary", "RLE_DICTIONARY")]
    [DataRow("numbers", "value", "split", "BYTE_STREAM_SPLIT")]
    [DataRow("numbers", "run", "delta", "DELTA_BINARY_PACKED")]
    [DataRow("texts", "time", "delta", "DELTA_BYTE_ARRAY")]
    public void EveryEncoding(string table, string column, string encoding, string expected) => AssertEncoded(table, column, encoding, expected);

    [TestMethod]
    public void AnEncodingThatCannotBeReadIsNamed() => AssertRefused(
        new(Encoding: "split integers"), "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data", "Write it anew, plain or with dictionaries.");

    [TestMethod]
    public void ACodecThatCannotBeReadIsNamed() => AssertRefused(
        new(Codec: "lz4_hadoop"), "Unsupported compression codec \"LZ4\". Supported options are uncompressed, brotli, gzip, lz4_raw, snappy or zstd",
        "Write it anew with one of these; lz4_raw is what follows LZ4.");

    private protected override void Write(string path, ForeignTable table, ForeignFormat format)
    {
        using var properties = Properties(table, format);
        using var writer = new ParquetFileWriter(path, [.. table.Columns.Select(column => ColumnOf(column, format))], properties);
        for (var row = 0; row < table.Rows; row += ForeignFormat.RowGroupSize)
        {
            using var group = writer.AppendRowGroup();
            foreach (var column in table.Columns)
            {
                WriteColumn(group, column, format, row, Math.Min(ForeignFormat.RowGroupSize, table.Rows - row));
            }
        }

        writer.Close();
    }

    private static WriterProperties Properties(ForeignTable table, ForeignFormat format)
    {
        using var builder = new WriterPropertiesBuilder().Compression(format.Codec switch
        {
            "lz4_raw" => Compression.Lz4,
            "lz4_hadoop" => Compression.Lz4Hadoop,
            var codec => Enum.Parse<Compression>(codec, ignoreCase: true),
        });
        if (format.Encoding == "dictionary")
        {
            return builder.Build();
        }

        builder.DisableDictionary();
        foreach (var column in table.Columns)
        {
            builder.Encoding(column.Name, (format.Encoding, column.Values) switch
            {
                ("delta", int[] or long[] or DateTime[]) => Encoding.DeltaBinaryPacked,
                ("delta", string[]) => Encoding.DeltaByteArray,
                ("split", float?[] or double[]) or ("split integers", int[]) => Encoding.ByteStreamSplit,
                _ => Encoding.Plain,
            });
        }

        return builder.DataPageVersion(format.Encoding == "plain" ? ParquetDataPageVersion.V1 : ParquetDataPageVersion.V2).Build();
    }

    private static Column ColumnOf(ForeignColumn column, ForeignFormat format) => (column.Values, format.Timestamps) switch
    {
        (DateTime[], "nanos") => new Column<DateTimeNanos>(column.Name),
        (DateTime[], "millis") => new Column<DateTime>(column.Name, LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Millis)),
        var (values, _) => new Column(values.GetType().GetElementType()!, column.Name),
    };

    private static void WriteColumn(RowGroupWriter group, ForeignColumn column, ForeignFormat format, int start, int count)
    {
        Action<RowGroupWriter> write = column.Values switch
        {
            int[] entries => to => WriteColumn(to, entries, start, count),
            long[] entries => to => WriteColumn(to, entries, start, count),
            float[] entries => to => WriteColumn(to, entries, start, count),
            double[] entries => to => WriteColumn(to, entries, start, count),
            DateTime[] entries when format.Timestamps == "nanos" =>
                to => WriteColumn(to, Array.ConvertAll(entries, time => new DateTimeNanos(time)), start, count),
            DateTime[] entries => to => WriteColumn(to, entries, start, count),
            int?[] entries => to => WriteColumn(to, entries, start, count),
            float?[] entries => to => WriteColumn(to, entries, start, count),
            double?[] entries => to => WriteColumn(to, entries, start, count),
            var entries => to => WriteColumn(to, (string?[])entries, start, count),
        };
        write(group);
    }

    private static void WriteColumn<T>(RowGroupWriter group, T[] entries, int start, int count)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch(entries.AsSpan(start, count));
    }
}
