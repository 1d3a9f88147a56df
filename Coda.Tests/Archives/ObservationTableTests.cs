using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ObservationTableTests
{
    [TestMethod]
    public void APartOfAnArchiveReadsAsItsRows()
    {
        using var folder = new TemporaryDirectory();
        var stretch = ArchiveExamples.Stretch(0, new StepRange(0, 1000), 8);
        using (var archive = ParquetArchive.Create(folder.Path, ArchiveExamples.Description(steps: 1000)))
        {
            archive.WriteObservations([stretch]);
        }

        var rows = ObservationTable.Read(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Single());
        var expected = Enumerable.Range(0, stretch.Mask.Length).Where(i => stretch.Mask[i] != 0)
            .Select(i => new ObservationRow(0, i / 8, i % 8, stretch.Values[i]));
        CollectionAssert.AreEqual(expected.ToArray(), rows.ToArray());
    }

    [TestMethod]
    [DataRow("SELECT 7::INTEGER AS step, 2::BIGINT AS site, 0.1::DOUBLE AS value, 'x' AS more", 0)]
    [DataRow("SELECT 7::BIGINT AS step, 2::INTEGER AS site, 0.1::FLOAT AS value, 3::BIGINT AS trajectory", 3)]
    public void OtherWidthsAndOtherColumnsAreTaken(string sql, int trajectory)
    {
        using var folder = new TemporaryDirectory();
        Assert.AreEqual(new ObservationRow(trajectory, 7, 2, 0.1f), ObservationTable.Read(Write(folder, sql)).Single());
    }

    [TestMethod]
    [DataRow("SELECT 7 AS step, 0.1::FLOAT AS value", "column 'site': expected INTEGER or BIGINT, got none")]
    [DataRow("SELECT 7 AS step, 2 AS site, '0.1' AS value", "column 'value': expected FLOAT or DOUBLE, got VARCHAR")]
    [DataRow("SELECT 7 AS step, 2 AS site, NULL::FLOAT AS value", "row 0: expected a value in column 'value', got none")]
    [DataRow("SELECT 7 AS step, 4294967296 AS site, 0.1::FLOAT AS value", "32 bits")]
    [DataRow("SELECT range AS step, 2 AS site, 0.1::FLOAT AS value FROM range(11)", "at most 10 rows, got 11")]
    public void WhatIsNoTableOfObservationsIsRefused(string sql, string said)
    {
        using var folder = new TemporaryDirectory();
        var path = Write(folder, sql);
        Assert.Contains(said, Assert.ThrowsExactly<ArchiveFormatException>(() => ObservationTable.Read(path, 10)).Message);
    }

    [TestMethod]
    public void ANegativeCountOfRowsIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var path = Write(folder, "SELECT range AS step, 2 AS site, 0.1::FLOAT AS value FROM range(4242)");
        var file = File.ReadAllBytes(path);
        var at = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x16, 0xA4, 0x42]); // the row group's count, 4242 in zigzag
        Assert.IsGreaterThan(0, at);
        file[at + 1]--; // -4242
        File.WriteAllBytes(path, file);
        Assert.Contains("rows in row group 0, got -4242", Assert.ThrowsExactly<ArchiveFormatException>(() => ObservationTable.Read(path)).Message);
    }

    [TestMethod]
    public void ManyColumnsBesideAreLeftAlone()
    {
        using var folder = new TemporaryDirectory();
        var columns = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"{i} AS c{i}"));
        Assert.AreEqual(
            new ObservationRow(0, 7, 2, 0.1f), ObservationTable.Read(Write(folder, $"SELECT 7 AS step, 2 AS site, 0.1::FLOAT AS value, {columns}")).Single());
        Assert.AreEqual((1999L, 1999L), DuckDbEngine.Confined.ReadFooter(folder.File("t.parquet")).RowGroups.Single().Ranges["c1999"]);
    }

    [TestMethod]
    public void AFileThatNeedsMoreMemoryThanThereIsIsRefused()
    {
        using var folder = new TemporaryDirectory();
        using var database = new DuckDbDatabase("SET threads=1", "SET temp_directory=''", "SET memory_limit='1MB'");
        var path = Write(folder, "SELECT range AS step, 2 AS site, (range * 0.37)::FLOAT AS value FROM range(1000000)", ", ROW_GROUP_SIZE 1000000");
        Assert.Contains("got one that needs more",
            Assert.ThrowsExactly<ArchiveFormatException>(() => ObservationTable.Read(path, 1_000_000, new DuckDbEngine(database))).Message);
        Assert.HasCount(1_000_000, ObservationTable.Read(path));
    }

    private static string Write(TemporaryDirectory folder, string sql, string options = "")
    {
        using var connection = DuckDbDatabase.Shared.Connect();
        connection.Execute($"COPY ({sql}) TO {DuckDbConnection.Literal(folder.File("t.parquet"))} (FORMAT parquet{options})");
        return folder.File("t.parquet");
    }
}
