using Coda.Data.Archives;
using Coda.Data.Archives.Engines;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>What an archive does, whichever engine reads and writes its Parquet files.</summary>
public abstract class ArchiveConformance
{
    private readonly TemporaryDirectory _directory = new();

    private protected abstract IParquetEngine Engine { get; }

    private string Root => _directory.File("archive");

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ObservationsComeBackBitForBit(bool hasSigma)
    {
        var description = ArchiveExamples.Description(trajectories: 3, start: -20);
        Write(description, hasSigma);
        using var archive = ParquetArchive.Open(Root, Engine);
        for (var trajectory = 0; trajectory < 3; trajectory++)
        {
            AssertSame(ArchiveExamples.Stretch(trajectory, description.Steps, 8, hasSigma), archive.ReadObservations(trajectory, description.Steps));
        }

        Assert.AreEqual(ArchiveExamples.Stretches(description).Sum(s => s.Mask.Count(m => m != 0)), archive.RowCount(ArchiveTable.Observations));
        archive.Verify();
    }

    [TestMethod]
    public void RangesComeBackUnobservedBeyondTheRecord()
    {
        var description = ArchiveExamples.Description(trajectories: 2, start: 5);
        Write(description);
        using var archive = ParquetArchive.Open(Root, Engine);
        foreach (var range in new StepRange[] { new(5, 6), new(40, 61), new(-10, 12), new(90, 130), new(200, 210), new(0, 200) })
        {
            AssertSame(Cut(description, 1, range), archive.ReadObservations(1, range));
        }
    }

    [TestMethod]
    [DataRow(10, 0)]
    [DataRow(7, 3)]
    [DataRow(4, 9)]
    [DataRow(1, 50)]
    [DataRow(1000, 2)]
    public void StretchesAreTheSameAsSingleReads(int length, int halo)
    {
        var description = ArchiveExamples.Description(trajectories: 3, start: 5) with { Withheld = new(0.2, 4) };
        Write(description, hasSigma: length == 7);
        using var archive = ParquetArchive.Open(Root, Engine);
        foreach (var which in Enum.GetValues<ObservationSubset>())
        {
            var expected = description.TrajectoryCount * (int)Math.Ceiling(100.0 / length);
            var got = archive.ReadStretches(length, halo, which).ToList();
            Assert.AreEqual(expected, got.Count);
            for (var i = 0; i < got.Count; i++)
            {
                var start = 5 + (i % (got.Count / 3) * (long)length);
                var core = new StepRange(start, Math.Min(start + length, 105)).Widen(halo, halo);
                AssertSame(archive.ReadObservations(i / (got.Count / 3), core, which), got[i]);
            }
        }
    }

    [TestMethod]
    public void WithheldEntriesStayOutOfTheInput()
    {
        var description = ArchiveExamples.Description(steps: 400) with { Withheld = new(0.1, 4) };
        Write(description);
        using var archive = ParquetArchive.Open(Root, Engine);
        var input = archive.ReadObservations(0, description.Steps);
        var withheld = archive.ReadObservations(0, description.Steps, ObservationSubset.Withheld);
        var all = archive.ReadObservations(0, description.Steps, ObservationSubset.All);
        for (var i = 0; i < all.Mask.Length; i++)
        {
            Assert.AreEqual(all.Mask[i], input.Mask[i] + withheld.Mask[i]);
            Assert.AreEqual(all.Values[i], input.Values[i] + withheld.Values[i]);
            Assert.AreEqual(all.Mask[i] == 1 && description.Withheld.Contains(0, i / 8, i % 8), withheld.Mask[i] == 1);
        }

        Assert.AreEqual(0.1, withheld.Mask.Sum() / all.Mask.Sum(), 0.02);
    }

    [TestMethod]
    public void StatesComeBackBitForBit()
    {
        var description = ArchiveExamples.Description(steps: 3000, trajectories: 2);
        using (var archive = ParquetArchive.Create(Root, description, Engine))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 3000, 8), ArchiveExamples.Block(1, 0, 100, 8), ArchiveExamples.Block(1, 100, 2900, 8)]);
            archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 50, 1100, 5, hasSpread: true), ArchiveExamples.Block(0, 2000, 10, 5, hasSpread: true)]);
            archive.WriteStates(ArchiveTable.Forecasts, Forecasts());
        }

        using var read = ParquetArchive.Open(Root, Engine);
        CollectionAssert.AreEqual(
            ArchiveExamples.Block(0, 0, 3000, 8).States.ToArray(),
            read.ReadStates(ArchiveTable.Truth, 0).SelectMany(b => b.States.ToArray()).ToArray());
        CollectionAssert.AreEqual(
            ArchiveExamples.Block(1, 100, 2900, 8).States.Slice(8 * 50, 8 * 2000).ToArray(),
            read.ReadStates(ArchiveTable.Truth, 1, new StepRange(150, 2150)).SelectMany(b => b.States.ToArray()).ToArray());
        CollectionAssert.AreEqual(new long[] { 50, 1074, 2000 }, read.ReadStates(ArchiveTable.Analyses).Select(b => b.FirstStep).ToArray());
        var records = read.ReadAnalyses().ToList();
        CollectionAssert.AreEqual(ArchiveExamples.Block(0, 2000, 10, 5, hasSpread: true).Spread!.Value.ToArray()[^5..], records[^1].Spread);
        Assert.AreEqual((1110, 2009L), (records.Count, records[^1].Step));
        CollectionAssert.AreEqual(Forecasts().Where(b => b.Lead == 2).Select(Text).ToList(), read.ReadStates(ArchiveTable.Forecasts, lead: 2).Select(Text).ToList());
        CollectionAssert.AreEqual(Forecasts().Select(Text).ToList(), read.ReadStates(ArchiveTable.Forecasts).Select(Text).ToList());
        Assert.AreEqual((6000L, 15L), (read.RowCount(ArchiveTable.Truth), read.RowCount(ArchiveTable.Forecasts)));
        Assert.IsFalse(read.HasTable(ArchiveTable.Observations));
        read.Verify();

        static string Text(StateBlock b) => $"{b.Trajectory} {b.FirstStep} {b.Lead}: {string.Join(' ', b.States.ToArray())}";
        static IEnumerable<StateBlock> Forecasts() =>
            from start in new long[] { 10, 20, 30, 40, 50 } from lead in new[] { 0, 1, 2 } select ArchiveExamples.Block(0, start, 1, 8, lead: lead);
    }

    private static ObservationStretch Cut(ArchiveDescription description, int trajectory, StepRange range)
    {
        var record = ArchiveExamples.Stretch(trajectory, description.Steps, description.SiteCount);
        var cut = new ObservationStretch(trajectory, range, description.SiteCount);
        var shared = range.Intersect(description.Steps);
        for (var step = shared.Start; step < shared.End; step++)
        {
            for (var site = 0; site < description.SiteCount; site++)
            {
                var (from, to) = ((int)(step - description.Steps.Start), (int)(step - range.Start));
                cut.Values[(to * 8) + site] = record.Values[(from * 8) + site];
                cut.Mask[(to * 8) + site] = record.Mask[(from * 8) + site];
            }
        }

        return cut;
    }

    private void Write(ArchiveDescription description, bool hasSigma = false)
    {
        using var archive = ParquetArchive.Create(Root, description, Engine);
        archive.WriteObservations(ArchiveExamples.Stretches(description, hasSigma: hasSigma));
    }

    private static void AssertSame(ObservationStretch expected, ObservationStretch got)
    {
        Assert.AreEqual((expected.Trajectory, expected.Steps), (got.Trajectory, got.Steps));
        CollectionAssert.AreEqual(expected.Mask, got.Mask);
        CollectionAssert.AreEqual(expected.Values, got.Values);
        CollectionAssert.AreEqual(expected.Sigma, got.Sigma);
    }
}
