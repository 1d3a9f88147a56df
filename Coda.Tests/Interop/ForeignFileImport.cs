using System.Collections.Concurrent;
using Coda.Data.Archives.DuckDb;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>Files of others, in every type, codec and encoding that their writer has, are imported as the same numbers in CSV are.</summary>
public abstract class ForeignFileImport
{
    private static readonly ConcurrentDictionary<string, ImportedObservations> FromCsv = new();
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Writes row groups of <see cref="ForeignFormat.RowGroupSize"/> rows.</summary>
    private protected abstract void Write(string path, ForeignTable table, ForeignFormat format);

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    [DataRow("numbers")]
    [DataRow("wide")]
    [DataRow("integers")]
    [DataRow("floats")]
    [DataRow("dates")]
    [DataRow("texts")]
    public void ColumnsOfEveryType(string table) => AssertImported(table, new());

    [TestMethod]
    [DataRow("uncompressed")]
    [DataRow("snappy")]
    [DataRow("gzip")]
    [DataRow("brotli")]
    [DataRow("zstd")]
    [DataRow("lz4_raw")]
    public void EveryCodec(string codec)
    {
        var path = AssertImported("numbers", new(Codec: codec));
        CollectionAssert.AreEqual(new[] { codec.ToUpperInvariant() }, Footer(path, "compression", "value"));
        Assert.HasCount(3, Footer(path, "row_group_id::VARCHAR", "value"));
    }

    [TestMethod]
    [DataRow("millis")]
    [DataRow("nanos")]
    public void EveryTimestamp(string unit) => AssertImported("dates", new(Timestamps: unit));

    [TestMethod]
    public void AFaultHasTheRowThatItHasInCsv()
    {
        var table = ForeignTable.Of("numbers");
        var values = (float?[])table.Columns.Single(c => c.Name == "value").Values;
        values[2345] = float.PositiveInfinity;
        var (csv, path) = (_directory.File("table.csv"), _directory.File("table.parquet"));
        table.WriteCsv(csv);
        Write(path, table, new());
        string Fault(string file) => Assert.ThrowsExactly<InvalidDataException>(() => ImportedObservations.From(table, file)).Message.Replace(file, "FILE");
        StringAssert.StartsWith(Fault(path), "FILE, data row 2346: value: expected a finite number, got 'inf'");
        Assert.AreEqual(Fault(csv), Fault(path).Replace("'inf'", "'Infinity'")); // as their writers spell it
    }

    /// <summary>Writes a table, sees that a column has an encoding, and compares what is imported.</summary>
    private protected void AssertEncoded(string table, string column, string encoding, string expected) =>
        StringAssert.Contains(string.Join(' ', Footer(AssertImported(table, new(Encoding: encoding)), "encodings", column)), expected);

    /// <summary>Writes a file that cannot be read and sees that the error says why.</summary>
    private protected void AssertRefused(ForeignFormat format, string expected, string cure)
    {
        var (table, path) = (ForeignTable.Of("numbers"), _directory.File("table.parquet"));
        Write(path, table, format);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ImportedObservations.From(table, path)).Message;
        StringAssert.StartsWith(fault, $"{path}: expected ");
        StringAssert.Contains(fault, expected);
        StringAssert.EndsWith(fault, cure);
        Assert.IsFalse(Directory.Exists($"{path}.archive"));
    }

    /// <summary>Writes a table and compares what is imported from it with what is imported from CSV.</summary>
    /// <returns>The file.</returns>
    private protected string AssertImported(string name, ForeignFormat format)
    {
        var (table, path) = (ForeignTable.Of(name), _directory.File("table.parquet"));
        Write(path, table, format);
        var imported = ImportedObservations.From(table, path);
        imported.AssertEquals(FromCsv.GetOrAdd(name, _ => ImportCsv(table)));
        Assert.AreEqual((long)table.Rows, imported.Report.RowsRead);
        return path;
    }

    private static ImportedObservations ImportCsv(ForeignTable table)
    {
        using var directory = new TemporaryDirectory();
        table.WriteCsv(directory.File("table.csv"));
        return ImportedObservations.From(table, directory.File("table.csv"));
    }

    /// <summary>What the end of a file tells about a column's chunks, each thing once.</summary>
    private static string[] Footer(string path, string what, string column)
    {
        using var connection = DuckDbDatabase.Shared.Connect();
        using var result = connection.Stream(
            $"SELECT DISTINCT {what} FROM parquet_metadata({DuckDbConnection.Literal(path)}) WHERE path_in_schema = {DuckDbConnection.Literal(column)}");
        List<string> texts = [];
        while (result.Next())
        {
            texts.AddRange(Enumerable.Range(0, result.Rows).Select(row => result.Text(0, row)!));
        }

        return [.. texts];
    }
}
