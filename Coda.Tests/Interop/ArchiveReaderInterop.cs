using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>Archives are plain Parquet: hyparquet, which shares no code with any engine, reads every number that Coda wrote.</summary>
public abstract class ArchiveReaderInterop
{
    // No double holds these steps.
    private const long Start = (1L << 53) + 1;

    private readonly TemporaryDirectory _directory = new();

    private protected abstract IParquetEngine Engine { get; }

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    [DataRow(false, "trajectory INT32, step INT64, site INT32, value FLOAT")]
    [DataRow(true, "trajectory INT32, step INT64, site INT32, value FLOAT, sigma FLOAT")]
    public void ObservationsAreReadByHyparquet(bool hasSigma, string schema)
    {
        var description = ArchiveExamples.Description(trajectories: 3, start: Start);
        using var archive = ParquetArchive.Create(_directory.Path, description, Engine);
        using (var rows = new ObservationRows(description, ArchiveExamples.Stretches(description, hasSigma: hasSigma)) { PartSize = 701 })
        {
            archive.Write(ArchiveTable.Observations, rows);
        }

        var (parts, columns) = Read("observations");
        Assert.HasCount(3, parts);
        Assert.IsTrue(parts.All(part => part == schema), string.Join('\n', parts));
        var stretches = Enumerable.Range(0, 3).Select(t => ArchiveExamples.Stretch(t, description.Steps, 8, hasSigma)).ToList();
        var observed = (from s in stretches from i in Enumerable.Range(0, s.Mask.Length) where s.Mask[i] == 1 select (Stretch: s, Index: i)).ToList();
        Equal(observed.Select(o => o.Stretch.Trajectory), Numbers(columns["trajectory"]).Select(v => (int)v));
        Equal(observed.Select(o => o.Stretch.Steps.Start + (o.Index / 8)), Steps(columns["step"]));
        Equal(observed.Select(o => o.Index % 8), Numbers(columns["site"]).Select(v => (int)v));
        Equal(observed.Select(o => (double)o.Stretch.Values[o.Index]), Numbers(columns["value"]));
        if (hasSigma)
        {
            Equal(observed.Select(o => (double)o.Stretch.Sigma![o.Index]), Numbers(columns["sigma"]));
        }
    }

    [TestMethod]
    [DataRow(ArchiveTable.Truth, false, "trajectory INT32, step INT64, element FLOAT")]
    [DataRow(ArchiveTable.Analyses, false, "trajectory INT32, step INT64, element FLOAT")]
    [DataRow(ArchiveTable.Analyses, true, "trajectory INT32, step INT64, element FLOAT, element FLOAT")]
    [DataRow(ArchiveTable.Forecasts, true, "trajectory INT32, step INT64, lead INT32, element FLOAT, element FLOAT")]
    public void StatesAreReadByHyparquet(ArchiveTable table, bool hasSpread, string schema)
    {
        var leads = table == ArchiveTable.Forecasts ? 3 : 1;
        List<StateBlock> blocks =
        [
            .. from trajectory in Enumerable.Range(0, 2) from step in Enumerable.Range(0, 40) from lead in Enumerable.Range(0, leads)
               select ArchiveExamples.Block(trajectory, Start + step, 1, 8, hasSpread, lead),
        ];
        using var archive = ParquetArchive.Create(_directory.Path, ArchiveExamples.Description(trajectories: 2, start: Start), Engine);
        archive.WriteStates(table, blocks);

        var (parts, columns) = Read(table.ToString().ToLowerInvariant());
        Assert.AreEqual(schema, parts.Single());
        Equal(blocks.Select(b => b.Trajectory), Numbers(columns["trajectory"]).Select(v => (int)v));
        Equal(blocks.Select(b => b.FirstStep), Steps(columns["step"]));
        Equal(blocks.Select(b => Text(b.States)), Lists(columns["state"]));
        if (hasSpread)
        {
            Equal(blocks.Select(b => Text(b.Spread!.Value)), Lists(columns["spread"]));
        }

        if (leads > 1)
        {
            Equal(blocks.Select(b => b.Lead), Numbers(columns["lead"]).Select(v => (int)v));
        }
    }

    private static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> got) => CollectionAssert.AreEqual(expected.ToArray(), got.ToArray());

    private static IEnumerable<double> Numbers(JsonNode? column) => column!.AsArray().Select(value => (double)value!);

    private static IEnumerable<long> Steps(JsonNode? column) => column!.AsArray().Select(value => long.Parse((string)value!));

    private static IEnumerable<string> Lists(JsonNode? column) => column!.AsArray().Select(value => string.Join(' ', Numbers(value)));

    private static string Text(ReadOnlyMemory<float> values) => string.Join(' ', values.ToArray().Select(value => (double)value));

    private (string[] Parts, JsonNode Columns) Read(string table)
    {
        var got = NodeScript.Run("read-table.mjs", new JsonObject { ["archive"] = _directory.Path, ["table"] = table });
        return ([.. got["schema"]!.AsArray().Select(part => (string)part!)], got["columns"]!);
    }
}
