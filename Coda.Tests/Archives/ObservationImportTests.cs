using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ObservationImportTests
{
    private readonly TemporaryDirectory _directory = new();

    private string Root => _directory.File("archive");

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    public void SortsAndPlacesRows()
    {
        var file = Csv("time,site,value", "0.2,2,1.5", "0.1,0,-3", "0.3,1,0.25", "0.1,1,7");
        var report = ObservationImport.Run(Root, new() { Files = [file], StepLength = 0.1, Sigma = 0.5, ValueUnit = "m" });
        var values = new ImportedValues(-3, 7, 0.25f, 1.4826 * 1.25f, 0, 0, 4 / 9.0);
        Assert.AreEqual(new ImportReport(4, 0, 0, 0, 4, new StepRange(1, 4), 3, 3, 1, "0") { Values = values }, report);
        using var archive = ParquetArchive.Open(Root);
        Assert.AreEqual((0.5, "m", 0.05), (archive.Description.Sigma, archive.Description.ValueUnit, archive.Description.Withheld.Fraction));
        CollectionAssert.AreEqual(new[] { -3, 7, 0, 0, 0, 1.5f, 0, 0.25f, 0 }, All(archive).Values);
        CollectionAssert.AreEqual(new float[] { 1, 1, 0, 0, 0, 1, 0, 1, 0 }, All(archive).Mask);
        archive.Verify();
        CollectionAssert.AreEquivalent(new[] { "archive.json", "observations" }, Directory.GetFileSystemEntries(Root).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void DropsMissingValuesAndNamesSites()
    {
        var file = Csv("t;station;y", "0;b;1", "0;a;NA", "0;c;-9999.0", "1;a;", "1;c;4");
        var report = ObservationImport.Run(
            Root, new() { Files = [file], StepLength = 1, TimeColumn = "t", SiteColumn = "station", ValueColumn = "y", Missing = ["", "NA", "-9999"],
                SiteNames = ["a", "b", "c"] });
        Assert.AreEqual((5L, 3L, 2L, 3, 2), (report.RowsRead, report.Missing, report.Observations, report.SiteCount, report.SitesObserved));
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, archive.Description.SiteNames!.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0, 0, 4 }, All(archive).Values);
    }

    [TestMethod]
    public void SortsNamesWhereNoneAreGiven()
    {
        ObservationImport.Run(Root, new() { Files = [Csv("time,site,value", "0,south,1", "0,north,2", "1,east's,3")], StepLength = 1 });
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(new[] { "east's", "north", "south" }, archive.Description.SiteNames!.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 2, 1, 3, 0, 0 }, All(archive).Values);
    }

    [TestMethod]
    public void ReadsDates()
    {
        var file = Csv("time,site,value", "2020-01-01T00:00:00Z,0,1", "2020-01-01T08:00:00+02:00,0,2", "2020-01-02,0,3", "2020-01-01 12:00:00,0,4");
        var report = ObservationImport.Run(Root, new() { Files = [file], StepLength = 6, TimeUnit = "h" });
        Assert.AreEqual((new StepRange(0, 5), "2020-01-01T00:00:00Z"), (report.Steps, report.TimeOrigin));
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(new float[] { 1, 2, 4, 0, 3 }, All(archive).Values);
    }

    [TestMethod]
    public void ReadsOneColumnPerSite()
    {
        var file = Csv("time,left,right", "0,1,2", "1,,4", "2,5,");
        var report = ObservationImport.Run(Root, new() { Files = [file], StepLength = 1, SiteColumns = ["left", "right"] });
        Assert.AreEqual((6L, 2L, 4L), (report.RowsRead, report.Missing, report.Observations));
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(new float[] { 1, 2, 0, 4, 5, 0 }, All(archive).Values);
        CollectionAssert.AreEqual(new[] { "left", "right" }, archive.Description.SiteNames!.ToArray());
    }

    [TestMethod]
    public void NamesTheRowOfAFaultWithOneColumnPerSite() =>
        AssertFault("data row 3: value: expected a finite number, got 'x'", Csv("time,left,right", "0,1,2", "1,3,4", "2,5,x"), o =>
            o with { SiteColumns = ["left", "right"] });

    [TestMethod]
    public void ReadsParquetWithTrajectoriesAndSigma()
    {
        var file = _directory.File("mine.parquet");
        using (var connection = DuckDbDatabase.Shared.Connect())
        {
            connection.Execute(
                "COPY (SELECT i::DOUBLE * 0.05 AS time, (i % 3)::TINYINT AS site, (i / 8.0)::DOUBLE AS value, "
                    + "0.5 + i AS sigma, i % 2 AS run FROM range(10, 0, -1) t(i)) "
                + $"TO {DuckDbConnection.Literal(file)} (FORMAT parquet)");
        }

        var report =
            ObservationImport.Run(Root,
                new() { Files = [file], StepLength = 0.05, SigmaColumn = "sigma", TrajectoryColumn = "run", SiteCount = 4, Withheld = Withholding.None });
        Assert.AreEqual((2, new StepRange(1, 11), 10L), (report.TrajectoryCount, report.Steps, report.Observations));
        using var archive = ParquetArchive.Open(Root);
        var odd = archive.ReadObservations(1, new StepRange(7, 8));
        CollectionAssert.AreEqual(new[] { 0, 7 / 8f, 0, 0 }, odd.Values);
        CollectionAssert.AreEqual(new[] { 0, 7.5f, 0, 0 }, odd.Sigma);
    }

    [TestMethod]
    public void TakesTimesToTheNearestStepOnlyWhenAsked()
    {
        var file = Csv("time,site,value", "0.1,0,1", "0.2009,0,2", "0.34,0,3");
        AssertFault("data row 3: time: expected a multiple of the step length 0.1 after 0, within 1 % of a step, got '0.34 (step 3.4)'", file, o => o);
        var report = ObservationImport.Run(Root, new() { Files = [file], StepLength = 0.1, Snap = true });
        Assert.AreEqual((1L, new StepRange(1, 4)), (report.Snapped, report.Steps));
    }

    [TestMethod]
    public void DuplicatesAreAnErrorOrAMean()
    {
        var first = Csv("time,site,value", "0.1,0,1", "0.2,0,5", "0.1,1,4");
        var second = Csv("time,site,value", "0.3,0,1", "0.1,0,4", "0.1,0,4");
        AssertFault($"{second}, data row 2: expected one value for trajectory 0, step 1, site 0, got a second one after {first}, data row 1", first, o =>
            o with { Files = [first, second] });
        var report = ObservationImport.Run(Root, new() { Files = [first, second], StepLength = 0.1, Duplicates = DuplicateRule.Mean });
        Assert.AreEqual((2L, 4L), (report.Combined, report.Observations));
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(new float[] { 3, 4, 5, 0, 1, 0 }, All(archive).Values);
    }

    [TestMethod]
    [DataRow("0,0,x", "data row 2: value: expected a finite number, got 'x'")]
    [DataRow("0,0,nan", "data row 2: value: expected a finite number, got 'nan'")]
    [DataRow("0,0,inf", "data row 2: value: expected a finite number, got 'inf'")]
    [DataRow("0,0,Infinity", "data row 2: value: expected a finite number, got 'Infinity'")]
    [DataRow("0,0,1e39", "data row 2: value: expected a finite number")]
    [DataRow("soon,0,1", "data row 2: time: expected a finite number, got 'soon'")]
    [DataRow(",0,1", "data row 2: time: expected a finite number, got ''")]
    [DataRow("0,9,1", "data row 2: site: expected a site in [0, 3), got '9'")]
    public void NamesTheRowOfAFault(string row, string expected) =>
        AssertFault(expected, Csv("time,site,value", "0,1,1", row), o => o with { SiteCount = 3 });

    [TestMethod]
    public void NamesMissingColumnsAndFiles()
    {
        AssertFault("expected a column 'value', got time, site, vlaue. Did you mean 'vlaue'?", Csv("time,site,vlaue", "0,1,1"), o => o);
        Assert.ThrowsExactly<FileNotFoundException>(() => ObservationImport.Run(Root, new() { Files = [_directory.File("none.csv")], StepLength = 1 }));
        AssertFault("at least one observation, got 1 rows without a value", Csv("time,site,value", "0,1,"), o => o);
        AssertFault("expected one of 2 names (a, b), got 'c'", Csv("time,site,value", "0,c,1"), o => o with { SiteNames = ["a", "b"] });
        AssertFault("an integer from 0, got '1.5'", Csv("time,site,value,run", "0,0,1,1.5"), o => o with { TrajectoryColumn = "run" });
        AssertFault("sigma: expected a finite number greater than 0, got '0'", Csv("time,site,value,error", "0,0,1,0"), o => o with { SigmaColumn = "error" });
    }

    [TestMethod]
    public void RefusesContradictingOptions()
    {
        var file = Csv("time,site,value", "0,0,1");
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => ObservationImport.Run(Root, new() { Files = [file], StepLength = 0, Sigma = -1, SigmaColumn = "s" }));
        StringAssert.Contains(fault.Message, "stepLength: expected");
        StringAssert.Contains(fault.Message, "one number or a column, not both");
        fault = Assert.ThrowsExactly<ArgumentException>(
            () => ObservationImport.Run(Root, new() { Files = [file], StepLength = 1, SiteCount = 2, Layout = StateLayout.On(new Ring(5)) }));
        StringAssert.Contains(fault.Message, "'locations'");
        Assert.IsFalse(Directory.Exists(Root));
    }

    [TestMethod]
    public void KeepsAnArchiveThatIsThere()
    {
        var file = Csv("time,site,value", "0,0,1");
        ObservationImport.Run(Root, new() { Files = [file], StepLength = 1 });
        var before = File.ReadAllText(Path.Combine(Root, "archive.json"));
        var fault = Assert.ThrowsExactly<IOException>(() => ObservationImport.Run(Root, new() { Files = [file], StepLength = 2 }));
        StringAssert.Contains(fault.Message, "expected a directory without an archive");
        Assert.AreEqual(before, File.ReadAllText(Path.Combine(Root, "archive.json")));
    }

    [TestMethod]
    public void ObservesChosenEntriesOfALargerState()
    {
        ObservationImport.Run(
            Root, new() { Files = [Csv("time,site,value", "0,0,1", "0,1,2")], StepLength = 1, Layout = StateLayout.On(new Ring(8)), Locations = [2, 6] });
        using var archive = ParquetArchive.Open(Root);
        Assert.AreEqual((2, 8, "{\"sites\":[2,6]}"),
            (archive.Description.SiteCount, archive.Description.Layout.Size, archive.Description.Operator.Options!.ToJsonString()));
    }

    [TestMethod]
    [DataRow("1e14,1,1", "at least one observation in 1,000,000 entries of the record, got 2 in")]
    public void ARecordThatCannotBeTrueIsRefusedBeforeAnythingIsWritten(string row, string expected)
    {
        var file = Csv("time,site,value", "0.1,0,1", row);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ObservationImport.Run(Root, new() { Files = [file], StepLength = 0.1 }));
        Assert.StartsWith($"{file}: expected {expected}", fault.Message);
        Assert.IsFalse(Directory.Exists(Root));
    }

    [TestMethod]
    public void ARecordThatIsSparseOnPurposeIsTakenAndOpened()
    {
        var file = Csv("time,site,value", "0.1,0,1", "0.2,99999999,1");
        ObservationImport.Run(Root, new() { Files = [file], StepLength = 0.1, Sparse = true });
        using var archive = ParquetArchive.Open(Root);
        Assert.AreEqual((100_000_000, 2L, true), (archive.Description.SiteCount, archive.RowCount(ArchiveTable.Observations), archive.Description.IsSparse));
    }

    [TestMethod]
    public void CanBeStopped()
    {
        var file = Csv("time,site,value", "0,0,1", "1,0,1");
        using var source = new CancellationTokenSource();
        var progress = new Recorder(text =>
        {
            if (text.StartsWith("sorting", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => ObservationImport.Run(Root, new() { Files = [file], StepLength = 1 }, progress, source.Token));
        Assert.IsFalse(Directory.Exists(Root));
        CollectionAssert.AreEqual(new[] { "reading " + Path.GetFileName(file), "numbering sites and steps", "sorting and writing" }, progress.Texts);
    }

    [TestMethod]
    public void RemovesWhatAKilledImportLeft()
    {
        var leftover = Directory.CreateDirectory(Path.Combine(Root, "sort.7fffffff-0123456789abcdef0123456789abcdef.partial")).FullName;
        ObservationImport.Run(Root, new() { Files = [Csv("time,site,value", "0,0,1")], StepLength = 1 });
        Assert.IsFalse(Directory.Exists(leftover));
    }

    [TestMethod]
    public void AnEmptyFileIsAClearError()
    {
        var file = Csv();
        Assert.AreEqual(0, new FileInfo(file).Length);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ObservationImport.Run(Root, new() { Files = [file], StepLength = 1 }));
        StringAssert.Contains(fault.Message, file);
        AssertFault("at least one observation, got 0 rows", Csv("time,site,value"), o => o);
    }

    private static ObservationStretch All(ParquetArchive archive) => archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All);

    private void AssertFault(string expected, string file, Func<ImportOptions, ImportOptions> with)
    {
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ObservationImport.Run(Root, with(new() { Files = [file], StepLength = 0.1 })));
        StringAssert.Contains(fault.Message, expected);
        Assert.IsFalse(Directory.Exists(Root), "something was left behind");
    }

    private string Csv(params string[] lines)
    {
        var file = _directory.File(string.Create(CultureInfo.InvariantCulture, $"file{Directory.GetFiles(_directory.Path).Length}.csv"));
        File.WriteAllLines(file, lines);
        return file;
    }

    private sealed class Recorder(Action<string> then) : IProgress<string>
    {
        public List<string> Texts { get; } = [];

        public void Report(string value)
        {
            Texts.Add(value);
            then(value);
        }
    }
}
