using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>What an archive does, whichever engine reads and writes its Parquet files.</summary>
public abstract partial class ArchiveConformance
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
            AssertSame(ArchiveExamples.Cut(description, 1, range), archive.ReadObservations(1, range));
        }
    }

    [TestMethod]
    [DataRow(10, 0)]
    [DataRow(7, 3)]
    [DataRow(4, 9)]
    [DataRow(3, 50)]
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
            archive.WriteStates(
                ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 3000, 8), ArchiveExamples.Block(1, 0, 100, 8), ArchiveExamples.Block(1, 100, 2900, 8)]);
            archive.WriteStates(
                ArchiveTable.Analyses, [ArchiveExamples.Block(0, 50, 1100, 5, hasSpread: true), ArchiveExamples.Block(0, 2000, 10, 5, hasSpread: true)]);
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
        CollectionAssert.AreEqual(
            Forecasts().Where(b => b.Lead == 2).Select(Text).ToList(), read.ReadStates(ArchiveTable.Forecasts, lead: 2).Select(Text).ToList());
        CollectionAssert.AreEqual(Forecasts().Select(Text).ToList(), read.ReadStates(ArchiveTable.Forecasts).Select(Text).ToList());
        Assert.AreEqual((6000L, 15L), (read.RowCount(ArchiveTable.Truth), read.RowCount(ArchiveTable.Forecasts)));
        Assert.IsFalse(read.HasTable(ArchiveTable.Observations));
        read.Verify();

        static string Text(StateBlock b) => $"{b.Trajectory} {b.FirstStep} {b.Lead}: {string.Join(' ', b.States.ToArray())}";
        static IEnumerable<StateBlock> Forecasts() =>
            from start in new long[] { 10, 20, 30, 40, 50 } from lead in new[] { 0, 1, 2 } select ArchiveExamples.Block(0, start, 1, 8, lead: lead);
    }

    [TestMethod]
    public void ReadsThePartsOfAnotherWriter()
    {
        WriteRaw("SELECT 0 AS trajectory, i // 8 AS step, (i % 8)::INTEGER AS site, i::FLOAT AS value FROM range(80) t(i)",
            extra: "SELECT 0, 10 + i, 1::INTEGER, i::FLOAT FROM range(5) t(i)");
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.AreEqual(85, archive.RowCount(ArchiveTable.Observations));
        var stretch = archive.ReadObservations(0, new StepRange(9, 12));
        CollectionAssert.AreEqual(new float[] { 72, 73, 74, 75, 76, 77, 78, 79, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, stretch.Values);
        archive.Verify();
    }

    [TestMethod]
    [DataRow("0, 5, 3, 'NaN'::FLOAT", "row 40: expected a finite value for trajectory 0, step 5, site 3, got NaN")]
    [DataRow("0, 5, 3, '-Infinity'::FLOAT", "row 40: expected a finite value")]
    [DataRow("0, 5, 3, NULL", "row 40: expected a value in column 'value', got none")]
    [DataRow("0, NULL, 3, 1", "row 40: expected a value in column 'step', got none")]
    [DataRow("0, 4, 7, 1", "row 40: expected one row for trajectory 0, step 4, site 7, got a duplicate")]
    [DataRow("0, 4, 6, 1", "row 40: expected rows sorted by (trajectory, step, site), got trajectory 0, step 4, site 6 after trajectory 0, step 4, site 7")]
    [DataRow("0, 0, 0, 1", "row 40: expected rows sorted")]
    [DataRow("0, 5, 8, 1", "row 40: expected a site in [0, 8), got 8")]
    [DataRow("0, 5, -1, 1", "row 40: expected a site in [0, 8), got -1")]
    [DataRow("0, 100, 1, 1", "row 40: expected a step in [0, 100), got 100")]
    [DataRow("0, -1, 1, 1", "row 40: expected a step in [0, 100), got -1")]
    [DataRow("1, 5, 1, 1", "row 40: expected a trajectory in [0, 1), got 1")]
    public void NamesFileAndRowOfAFault(string row, string expected)
    {
        WriteRaw(
            "SELECT * FROM (SELECT 0 AS trajectory, i // 8 AS step, (i % 8)::INTEGER AS site, i::FLOAT AS value FROM range(40) t(i)) "
            + $"UNION ALL SELECT {row} UNION ALL (SELECT 0, 6, i::INTEGER, 0 FROM range(8) t(i))");
        foreach (var read in new Action<ParquetArchive>[]
        {
            a => a.ReadObservations(0, new StepRange(0, 100)),
            a => a.ReadStretches(10, 2).Count(),
            a => a.Verify(),
        })
        {
            var fault = Assert.ThrowsExactly<ArchiveFormatException>(() =>
            {
                using var archive = ParquetArchive.Open(Root, Engine);
                read(archive);
            });
            StringAssert.Contains(fault.Message, Path.Combine("observations", "part-00000.parquet"));
            StringAssert.Contains(fault.Message, expected);
        }
    }

    [TestMethod]
    public void PartsOutOfOrderAreAFault()
    {
        WriteRaw("SELECT 0 AS trajectory, 50 + i AS step, 1::INTEGER AS site, i::FLOAT AS value FROM range(5) t(i)",
            extra: "SELECT 0, i, 1::INTEGER, i::FLOAT FROM range(5) t(i)");
        using var archive = ParquetArchive.Open(Root, Engine);
        var fault = Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadObservations(0, new StepRange(0, 100)));
        StringAssert.Contains(fault.Message, "part-00001.parquet, row 0: expected rows sorted");
    }

    [TestMethod]
    public void NamesWrongColumns()
    {
        WriteRaw("SELECT 0::BIGINT AS trajectory, i AS step, i::FLOAT AS value, 'a' AS sigma FROM range(8) t(i)");
        var fault = Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine));
        StringAssert.Contains(fault.Message, "column 'trajectory': expected INTEGER, got BIGINT");
        StringAssert.Contains(fault.Message, "column 'site': expected INTEGER, got none");
        StringAssert.Contains(fault.Message, "column 'sigma': expected FLOAT, got VARCHAR");
    }

    [TestMethod]
    public void NamesMissingAndTruncatedParts()
    {
        Write(ArchiveExamples.Description());
        var part = Path.Combine(Root, "observations", "part-00000.parquet");
        var bytes = File.ReadAllBytes(part);
        foreach (var length in new[] { bytes.Length - 1, bytes.Length / 2, 3 })
        {
            File.WriteAllBytes(part, bytes[..length]);
            StringAssert.Contains(
                Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message, part + ": expected a whole Parquet file");
        }

        File.WriteAllBytes(part, []);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message, part + ": expected a regular file with content");
        File.Delete(part);
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(
            () => ParquetArchive.Open(Root, Engine)).Message, "expected the part 'observations/part-00000.parquet'");
    }

    [TestMethod]
    [DataRow("{ \"formatVersion\": 3, \"news\": 1 }", "expected format version 1 to 2, got 3")]
    [DataRow("{ \"formatVersion\": 1, ", "archive.json")]
    [DataRow("[]", "archive.json")]
    [DataRow("{ \"formatVersion\": \"one\" }", "archive.json")]
    [DataRow("{ }", "siteCount")]
    public void NamesFaultsOfTheDescription(string json, string expected)
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, "archive.json"), json);
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message, expected);
    }

    [TestMethod]
    public void ReadsADescriptionOfFormatOne()
    {
        using (var made = ParquetArchive.Create(Root, ArchiveExamples.Description(), Engine))
        {
            made.WriteObservations(ArchiveExamples.Stretches(made.Description));
        }

        var path = Path.Combine(Root, "archive.json");
        var description = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        description.Remove("digest");
        description["formatVersion"] = 1;
        description["layout"] = JsonNode.Parse("""{"fields":[{"name":"x","size":8,"topology":"ring"}]}""");
        File.WriteAllText(path, description.ToJsonString());
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.AreEqual(ArchiveExamples.Description().Layout, archive.Description.Layout);
        Assert.AreEqual(ArchiveDescription.CurrentFormatVersion, archive.Description.FormatVersion);
    }

    [TestMethod]
    public void NamesAnEmptyRange()
    {
        var description = ArchiveExamples.Description();
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => ParquetArchive.Create(Root, description with { Steps = new StepRange(5, 5), SiteCount = 0 }, Engine));
        StringAssert.Contains(fault.Message, "steps: expected a range of at least one step, got [5, 5)");
        StringAssert.Contains(fault.Message, "siteCount");
        Write(description);
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.ThrowsExactly<ArgumentException>(() => archive.ReadObservations(0, new StepRange(5, 5)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => archive.ReadObservations(1, new StepRange(0, 5)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => archive.ReadStretches(0, 5));
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadStates(ArchiveTable.Truth)).Message, "expected the table 'truth'");
    }

    [TestMethod]
    public void NoArchiveIsAClearError() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message, "expected an archive, got no archive.json");

    [TestMethod]
    public void WhatIsNotFiniteIsNotWritten()
    {
        var description = ArchiveExamples.Description();
        var stretch = ArchiveExamples.Stretch(0, new StepRange(10, 20), 8);
        (stretch.Values[19], stretch.Mask[19]) = (float.NaN, 1);
        StringAssert.Contains(Refused([stretch]), "trajectory 0, step 12, site 3: expected a finite value, got NaN");
        stretch = ArchiveExamples.Stretch(0, new StepRange(95, 105), 8);
        StringAssert.Contains(Refused([stretch]), "expected nothing observed outside the record [0, 100)");
        stretch = ArchiveExamples.Stretch(0, new StepRange(0, 10), 8);
        stretch.Mask[4] = 0.5f;
        StringAssert.Contains(Refused([stretch]), "site 4: expected a mask of 0 or 1, got 0.5");
        stretch = ArchiveExamples.Stretch(0, new StepRange(0, 10), 8);
        StringAssert.Contains(Refused([stretch, stretch]), "expected stretches in order and without overlap");
        StringAssert.Contains(Refused([ArchiveExamples.Stretch(0, new StepRange(0, 10), 9)]), "expected 8 sites, got 9");
        StringAssert.Contains(Refused([ArchiveExamples.Stretch(1, new StepRange(0, 10), 8)]), "expected a trajectory in [0, 1), got 1");
        StringAssert.Contains(Refused([new ObservationStretch(0, new StepRange(0, 10), 8)]), "at least one row");

        string Refused(ObservationStretch[] stretches)
        {
            using var archive = ParquetArchive.Create(Root, description, Engine);
            var message = Assert.ThrowsExactly<ArgumentException>(() => archive.WriteObservations(stretches)).Message;
            Assert.AreEqual(0, Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Length, "something was left behind");
            return message;
        }
    }

    [TestMethod]
    public void StatesThatAreFaultyAreNotWritten()
    {
        var description = ArchiveExamples.Description();
        var block = ArchiveExamples.Block(0, 10, 5, 8);
        var values = block.States.ToArray();
        values[17] = float.PositiveInfinity;
        StringAssert.Contains(Refused(ArchiveTable.Truth, block with { States = values }), "expected a finite state, got Infinity at step 12, site 1");
        StringAssert.Contains(Refused(ArchiveTable.Truth, ArchiveExamples.Block(0, 10, 5, 7)), "expected states of the layout's 8 values, got 7");
        StringAssert.Contains(Refused(ArchiveTable.Analyses, block, block), "expected blocks sorted");
        StringAssert.Contains(Refused(ArchiveTable.Analyses, block, ArchiveExamples.Block(0, 20, 5, 7)), "expected states of 8 values, got 7");
        StringAssert.Contains(
            Refused(ArchiveTable.Analyses, block, ArchiveExamples.Block(0, 20, 5, 8, hasSpread: true)), "expected a spread in every block or in none");
        StringAssert.Contains(Refused(ArchiveTable.Analyses, ArchiveExamples.Block(0, 98, 5, 8)), "expected steps in [0, 100), got 98 to 102");
        StringAssert.Contains(Refused(ArchiveTable.Analyses, ArchiveExamples.Block(0, 9, 5, 8, lead: 1)), "expected a lead of 0, got 1");
        StringAssert.Contains(Refused(ArchiveTable.Observations, block), "a table of states");

        string Refused(ArchiveTable table, params StateBlock[] blocks)
        {
            using var archive = ParquetArchive.Create(Root, description, Engine);
            return Assert.ThrowsExactly<ArgumentException>(() => archive.WriteStates(table, blocks)).Message;
        }
    }

    [TestMethod]
    [DataRow("0, 5, [1, 2, 3, 4, 5, 6, 7]", "expected a state of 8 values, got 7")]
    [DataRow("0, 5, [1, 2, 3, 4, 5, 6, 7, 'NaN'::FLOAT]", "expected a finite state, got NaN")]
    [DataRow("0, 5, [1, 2, 3, 4, 5, 6, 7, NULL]", "expected a value in column 'state'")]
    [DataRow("0, 5, NULL", "expected a value in column 'state'")]
    [DataRow("0, 4, [1, 2, 3, 4, 5, 6, 7, 8]", "trajectory 0, step 4, lead 0: expected rows sorted")]
    [DataRow("0, 100, [1, 2, 3, 4, 5, 6, 7, 8]", "a step in [0, 100)")]
    public void NamesFaultsOfStates(string row, string expected)
    {
        WriteRaw($"SELECT 0 AS trajectory, i AS step, [i, 2, 3, 4, 5, 6, 7, 8]::FLOAT[] AS state FROM range(5) t(i) UNION ALL SELECT {row}", table: "truth");
        using var archive = ParquetArchive.Open(Root, Engine);
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadStates(ArchiveTable.Truth).Count()).Message, expected);
        Assert.ThrowsExactly<ArchiveFormatException>(archive.Verify);
    }

    [TestMethod]
    public void ReplacingATableLeavesTheOldOneOrTheNew()
    {
        var description = ArchiveExamples.Description();
        Write(description);
        using var archive = ParquetArchive.Open(Root, Engine);
        archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 10, 8)]);
        var before = Snapshot();
        Assert.ThrowsExactly<InvalidOperationException>(() => archive.WriteStates(ArchiveTable.Analyses, Faulty()));
        CollectionAssert.AreEqual(before, Snapshot());
        Assert.AreEqual(10, archive.RowCount(ArchiveTable.Analyses));

        archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 30, 8)]);
        Assert.AreEqual(30, archive.RowCount(ArchiveTable.Analyses));
        Assert.AreEqual(1, Directory.GetFiles(Path.Combine(Root, "analyses")).Length);
        using var reopened = ParquetArchive.Open(Root, Engine);
        Assert.AreEqual(30, reopened.ReadAnalyses().Count());
        reopened.Verify();

        static IEnumerable<StateBlock> Faulty()
        {
            yield return ArchiveExamples.Block(0, 0, 50, 8);
            throw new InvalidOperationException("The model diverged.");
        }

        string[] Snapshot() =>
            [.. Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Order().Select(f => f + Convert.ToHexString(File.ReadAllBytes(f)))];
    }

    [TestMethod]
    public void LeftoversOfAKilledWriterDoNotCount()
    {
        Write(ArchiveExamples.Description());
        var folder = Directory.CreateDirectory(Path.Combine(Root, "analyses")).FullName;
        var unsealed = Path.Combine(folder, "part-00000.parquet");
        var partial = Path.Combine(folder, "part-00000.parquet.7fffffff-0123456789abcdef0123456789abcdef.partial");
        File.WriteAllText(unsealed, "no Parquet");
        File.WriteAllText(partial, "half of");
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.IsFalse(archive.HasTable(ArchiveTable.Analyses));
        archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 10, 8)]);
        CollectionAssert.AreEqual(new[] { unsealed }, Directory.GetFiles(folder));
        archive.Verify();
    }

    [TestMethod]
    public void AnUnfinishedArchiveCanBeStartedAgain()
    {
        using (var killed = ParquetArchive.Create(Root, ArchiveExamples.Description(), Engine))
        {
            killed.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 100, 8)]);
        }

        using var archive = ParquetArchive.Open(Root, Engine);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadObservations(0, new StepRange(0, 1))).Message, "expected the table 'observations'");
        Assert.ThrowsExactly<IOException>(() => ParquetArchive.Create(Root, ArchiveExamples.Description(), Engine));
    }

    [TestMethod]
    public void SeveralPartsReadAsOne()
    {
        var description = ArchiveExamples.Description(trajectories: 2, steps: 5000);
        using (var archive = ParquetArchive.Create(Root, description, Engine))
        {
            using var rows = new ObservationRows(description, ArchiveExamples.Stretches(description, 500)) { PartSize = 7001 };
            archive.Write(ArchiveTable.Observations, rows);
        }

        Assert.AreEqual(9, Directory.GetFiles(Path.Combine(Root, "observations")).Length);
        using var read = ParquetArchive.Open(Root, Engine);
        AssertSame(ArchiveExamples.Stretch(1, description.Steps, 8), read.ReadObservations(1, description.Steps));
        Assert.AreEqual(read.RowCount(ArchiveTable.Observations), read.ReadStretches(700, 0).Sum(s => (long)s.Mask.Sum()));
        read.Verify();
    }

    [TestMethod]
    public void ARangeTouchesOnlyItsParts()
    {
        var description = ArchiveExamples.Description(steps: 5000);
        using (var archive = ParquetArchive.Create(Root, description, Engine))
        {
            using var rows = new ObservationRows(description, ArchiveExamples.Stretches(description, 500)) { PartSize = 7001 };
            archive.Write(ArchiveTable.Observations, rows);
        }

        using var read = ParquetArchive.Open(Root, Engine);
        foreach (var part in Directory.GetFiles(Path.Combine(Root, "observations")).Order().Skip(1))
        {
            File.WriteAllText(part, "not to be read");
        }

        AssertSame(ArchiveExamples.Cut(description, 0, new StepRange(100, 200)), read.ReadObservations(0, new StepRange(100, 200)));
        Assert.ThrowsExactly<ArchiveFormatException>(() => read.ReadObservations(0, new StepRange(3000, 3100)));
    }

    [TestMethod]
    public void SeveralThreadsReadTheSame()
    {
        var description = ArchiveExamples.Description(trajectories: 4, steps: 2000);
        Write(description);
        using var archive = ParquetArchive.Open(Root, Engine);
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var range = new StepRange(i * 50, (i * 50) + 200);
            AssertSame(ArchiveExamples.Cut(description, i % 4, range), archive.ReadObservations(i % 4, range));
        });
    }

    [TestMethod]
    public void OddDirectoryNamesWork()
    {
        var root = _directory.File("it's [odd] *?%$ {né}");
        using (var archive = ParquetArchive.Create(root, ArchiveExamples.Description(), Engine))
        {
            archive.WriteObservations(ArchiveExamples.Stretches(ArchiveExamples.Description()));
        }

        using var read = ParquetArchive.Open(root, Engine);
        AssertSame(ArchiveExamples.Stretch(0, new StepRange(0, 100), 8), read.ReadObservations(0, new StepRange(0, 100)));
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

    /// <summary>Seals a part that something else wrote.</summary>
    private void WriteRaw(string rows, string? extra = null, string table = "observations")
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, table)).FullName;
        var description = ArchiveExamples.Description();
        using var connection = DuckDbDatabase.Shared.Connect();
        foreach (var (number, query) in new[] { rows, extra }.OfType<string>().Index())
        {
            var part = Path.Combine(folder, $"part-{number:D5}.parquet");
            connection.Execute(number == 0
                ? $"COPY ({query}) TO {DuckDbConnection.Literal(part)} (FORMAT parquet)"
                : $"COPY (SELECT * FROM ({query}) t(trajectory, step, site, value)) TO {DuckDbConnection.Literal(part)} (FORMAT parquet)");
            description.Checksums.Add($"{table}/part-{number:D5}.parquet", FileHash.Sha256(part));
        }

        CodaJson.Write(Path.Combine(Root, "archive.json"), description);
    }
}
