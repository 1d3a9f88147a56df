using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>Archives are plain Parquet: readers that share no code with any engine find every number that Coda wrote.</summary>
public abstract class ArchiveReaderInterop
{
    // No double holds these steps.
    private const long Start = (1L << 53) + 1;

    private readonly TemporaryDirectory _directory = new();

    private protected abstract IParquetEngine Engine { get; }

    private protected abstract ITableReader Reader { get; }

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    [DataRow(false, "trajectory INT32, step INT64, site INT32, value FLOAT")]
    [DataRow(true, "trajectory INT32, step INT64, site INT32, value FLOAT, sigma FLOAT")]
    public void EveryObservationIsFound(bool hasSigma, string schema)
    {
        var description = ArchiveExamples.Description(trajectories: 3, start: Start);
        using var archive = ParquetArchive.Create(_directory.Path, description, Engine);
        using (var rows = new ObservationRows(description, ArchiveExamples.Stretches(description, hasSigma: hasSigma)) { PartSize = 701 })
        {
            archive.Write(ArchiveTable.Observations, rows);
        }

        var (parts, columns) = Reader.Read(_directory.Path, "observations");
        Assert.HasCount(3, parts);
        Assert.IsTrue(parts.All(part => part == schema), string.Join('\n', parts));
        var stretches = Enumerable.Range(0, 3).Select(t => ArchiveExamples.Stretch(t, description.Steps, 8, hasSigma)).ToList();
        var observed = (from s in stretches from i in Enumerable.Range(0, s.Mask.Length) where s.Mask[i] == 1 select (Stretch: s, Index: i)).ToList();
        Equal(observed.Select(o => (double)o.Stretch.Trajectory), columns["trajectory"]);
        Equal(observed.Select(o => o.Stretch.Steps.Start + (o.Index / 8)), columns["step"]);
        Equal(observed.Select(o => (double)(o.Index % 8)), columns["site"]);
        Equal(observed.Select(o => (double)o.Stretch.Values[o.Index]), columns["value"]);
        if (hasSigma)
        {
            Equal(observed.Select(o => (double)o.Stretch.Sigma![o.Index]), columns["sigma"]);
        }
    }

    [TestMethod]
    [DataRow(ArchiveTable.Truth, false, "trajectory INT32, step INT64, element FLOAT")]
    [DataRow(ArchiveTable.Analyses, false, "trajectory INT32, step INT64, element FLOAT")]
    [DataRow(ArchiveTable.Analyses, true, "trajectory INT32, step INT64, element FLOAT, element FLOAT")]
    [DataRow(ArchiveTable.Forecasts, false, "trajectory INT32, step INT64, lead INT32, element FLOAT")]
    [DataRow(ArchiveTable.Forecasts, true, "trajectory INT32, step INT64, lead INT32, element FLOAT, element FLOAT")]
    public void EveryStateIsFound(ArchiveTable table, bool hasSpread, string schema)
    {
        var leads = table == ArchiveTable.Forecasts ? 3 : 1;
        List<StateBlock> blocks =
        [
            .. from trajectory in Enumerable.Range(0, 2) from step in Enumerable.Range(0, 40) from lead in Enumerable.Range(0, leads)
               select ArchiveExamples.Block(trajectory, Start + step, 1, 8, hasSpread, lead),
        ];
        using var archive = ParquetArchive.Create(_directory.Path, ArchiveExamples.Description(trajectories: 2, start: Start), Engine);
        archive.WriteStates(table, blocks);

        var (parts, columns) = Reader.Read(_directory.Path, table.ToString().ToLowerInvariant());
        Assert.AreEqual(schema, parts.Single());
        Equal(blocks.Select(b => (double)b.Trajectory), columns["trajectory"]);
        Equal(blocks.Select(b => b.FirstStep), columns["step"]);
        Equal(blocks.Select(b => Text(b.States)), columns["state"]);
        if (hasSpread)
        {
            Equal(blocks.Select(b => Text(b.Spread!.Value)), columns["spread"]);
        }

        if (leads > 1)
        {
            Equal(blocks.Select(b => (double)b.Lead), columns["lead"]);
        }
    }

    private static void Equal<T>(IEnumerable<T> expected, string[] got) =>
        CollectionAssert.AreEqual(expected.Select(entry => Convert.ToString(entry, CultureInfo.InvariantCulture)).ToArray(), got);

    private static string Text(ReadOnlyMemory<float> values) =>
        string.Join(' ', values.ToArray().Select(value => ((double)value).ToString(CultureInfo.InvariantCulture)));
}
