using Coda.Data.Archives.DuckDb;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class DuckDbFileImportTests : ForeignFileImport
{
    [TestMethod]
    [DataRow("numbers", "value", "plain", "PLAIN")]
    [DataRow("numbers", "site", "dictionary", "PLAIN_DICTIONARY")]
    [DataRow("numbers", "value", "split", "BYTE_STREAM_SPLIT")]
    [DataRow("numbers", "run", "delta", "DELTA_BINARY_PACKED")]
    [DataRow("texts", "time", "delta", "DELTA_LENGTH_BYTE_ARRAY")]
    public void EveryEncoding(string table, string column, string encoding, string expected) => AssertEncoded(table, column, encoding, expected);

    private protected override void Write(string path, ForeignTable table, ForeignFormat format)
    {
        var csv = $"{path}.csv";
        table.WriteCsv(csv);
        var columns = table.Columns.Select(c => $"rows.{c.Name}::{TypeOf(c.Values, format)} AS {c.Name}");
        var encoding = format.Encoding switch
        {
            "plain" => ", DICTIONARY_SIZE_LIMIT 1",
            "dictionary" => "",
            _ => ", PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1",
        };
        using var connection = DuckDbDatabase.Shared.Connect();
        connection.Execute(
            $"COPY (SELECT {string.Join(", ", columns)} FROM read_csv({DuckDbConnection.Literal(csv)}, all_varchar=true, header=true) rows) "
            + $"TO {DuckDbConnection.Literal(path)} (FORMAT parquet, COMPRESSION {format.Codec}, ROW_GROUP_SIZE {ForeignFormat.RowGroupSize}{encoding})");
    }

    private static string TypeOf(Array values, ForeignFormat format) => values switch
    {
        int[] or int?[] => "INTEGER",
        long[] => "BIGINT",
        float[] or float?[] => "FLOAT",
        double[] or double?[] => "DOUBLE",
        DateTime[] => format.Timestamps switch { "millis" => "TIMESTAMP_MS", "nanos" => "TIMESTAMP_NS", _ => "TIMESTAMP" },
        _ => "VARCHAR",
    };
}
