using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.ParquetNet;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ParquetNetArchiveTests : ArchiveConformance
{
    private protected override IParquetEngine Engine => ParquetNetEngine.Shared;

    [TestMethod]
    [DataRow(ParquetEngine.DuckDb, ParquetEngine.ParquetNet)]
    [DataRow(ParquetEngine.ParquetNet, ParquetEngine.DuckDb)]
    public void EitherEngineReadsWhatTheOtherWrote(ParquetEngine writer, ParquetEngine reader)
    {
        using var directory = new TemporaryDirectory();
        var description = ArchiveExamples.Description(trajectories: 2, steps: 30_000, start: 1L << 40);
        var analyses = Enumerable.Range(0, 2).Select(t => ArchiveExamples.Block(t, (1L << 40) + 7, 20_000, 8, hasSpread: true)).ToList();
        var forecasts = Enumerable.Range(0, 600).Select(i => ArchiveExamples.Block(i / 300, (1L << 40) + (i % 300 / 3), 1, 8, lead: i % 3)).ToList();
        using (var archive = ParquetArchive.Create(directory.Path, description, writer))
        {
            archive.WriteObservations(ArchiveExamples.Stretches(description, 1000, hasSigma: true));
            archive.WriteStates(ArchiveTable.Analyses, analyses);
            archive.WriteStates(ArchiveTable.Truth, analyses.Select(block => block with { Spread = null }));
            archive.WriteStates(ArchiveTable.Forecasts, forecasts);
        }

        using var read = ParquetArchive.Open(directory.Path, reader);
        read.Verify();
        for (var trajectory = 0; trajectory < 2; trajectory++)
        {
            var expected = ArchiveExamples.Stretch(trajectory, description.Steps, 8, hasSigma: true);
            var got = read.ReadObservations(trajectory, description.Steps);
            CollectionAssert.AreEqual(expected.Values, got.Values);
            CollectionAssert.AreEqual(expected.Mask, got.Mask);
            CollectionAssert.AreEqual(expected.Sigma, got.Sigma);
            CollectionAssert.AreEqual(analyses[trajectory].States.ToArray(), States(read.ReadStates(ArchiveTable.Truth, trajectory)));
            var blocks = read.ReadStates(ArchiveTable.Analyses, trajectory).ToList();
            CollectionAssert.AreEqual(analyses[trajectory].States.ToArray(), States(blocks));
            CollectionAssert.AreEqual(analyses[trajectory].Spread!.Value.ToArray(), blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray());
            var lead = forecasts.Where(block => block.Trajectory == trajectory && block.Lead == 2);
            CollectionAssert.AreEqual(States(lead), States(read.ReadStates(ArchiveTable.Forecasts, trajectory, lead: 2)));
        }
    }

    [TestMethod]
    [DataRow("uncompressed")]
    [DataRow("snappy")]
    [DataRow("gzip")]
    [DataRow("zstd")]
    [DataRow("lz4_raw")]
    [DataRow("brotli")]
    public void ReadsEveryCompression(string compression)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("part.parquet");
        using (var connection = DuckDbDatabase.Shared.Connect())
        {
            connection.Execute($"COPY (SELECT i AS step, [i, -i]::FLOAT[] AS state FROM range(5000) t(i)) TO {DuckDbConnection.Literal(path)} (FORMAT "
                + $"parquet, COMPRESSION {compression})");
        }

        using var reader = Engine.Read([path], [new("state", ColumnType.FloatList), new("step", ColumnType.Int64)], new RowFilter(Steps: new(4000, 4002)));
        Assert.IsTrue(reader.Next());
        CollectionAssert.AreEqual(new[] { 4000L, 4001L }, reader.Column<long>(1).ToArray());
        CollectionAssert.AreEqual(new[] { 4001f, -4001f }, reader.List(0, 1).ToArray());
        Assert.IsFalse(reader.Next());
    }

    private static float[] States(IEnumerable<StateBlock> blocks) => [.. blocks.SelectMany(block => block.States.ToArray())];
}
