using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda calibrate</c>, and the bands of <c>coda analyze</c> and <c>coda score</c>.</summary>
[TestClass]
public sealed class CalibrateCommandTests
{
    private static readonly string[] Method = ["--method", "space-time-optimal-interpolation", "--set", "has-spread=true", "half-width=6"];
    private static readonly TemporaryDirectory Folder = new();

    private static string Archive => Folder.File("archive");

    private static string Bands => Folder.File("bands.json");

    [ClassInitialize]
    public static void Calibrate(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CommandRun.InProcess(Record(Archive, "--withhold", "0.3")).Succeeded();
        CommandRun.InProcess(["calibrate", "--archive", Archive, .. Method, "--output", Bands]).Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void BandsFromObservationsAloneCoverTheTruth()
    {
        var output = Folder.File("analyses");
        CommandRun.InProcess(["analyze", "--archive", Archive, .. Method, "--bands", Bands, "--level", "0.8", "--output", output]).Succeeded();
        using (var archive = ParquetArchive.Open(output))
        {
            Assert.AreEqual(0.8, archive.Description.NoteOf(ArchiveTable.Analyses).BandLevel);
            Assert.IsTrue(archive.ReadStates(ArchiveTable.Analyses).All(b => b.Band!.Value.Span.IndexOf(0f) < 0));
        }

        var run = CommandRun.InProcess("score", "--archive", Archive, "--analyses", output, "--json").Succeeded().Json;
        var coverage = run["scores"]![0]!["results"]!.AsArray().Single(s => (string)s!["score"]! == "coverage" && (string)s["sites"]! == "all")!;
        Assert.AreEqual(0.8, (double)coverage["value"]!, 0.05);
        Assert.Contains("covered", CommandRun.InProcess("score", "--archive", Archive, "--analyses", output).Succeeded().Output);
        var table = Folder.File("analyses.csv");
        CommandRun.InProcess("export", "--archive", output, "--table", "analyses", "--output", table).Succeeded();
        StringAssert.EndsWith(File.ReadLines(table).First(), ",spread,band");
    }

    // The same bits with and without the truth in the archive.
    [TestMethod]
    public void CalibrationReadsNoTruth()
    {
        var (blind, file) = (Folder.File("blind"), Folder.File("blind.json"));
        CommandRun.InProcess(Record(blind, "--withhold", "0.3", "--no-truth")).Succeeded();
        var run = CommandRun.InProcess(["calibrate", "--archive", blind, .. Method, "--output", file, "--json"]).Succeeded().Json;
        var again = CommandRun.InProcess(["calibrate", "--archive", Archive, .. Method, "--output", file, "--json"]).Succeeded().Json;
        Assert.AreEqual(again["groups"]!.ToJsonString(), run["groups"]!.ToJsonString());
        var measured = run["measured"]!.AsArray();
        Assert.HasCount(3, measured);
        Assert.AreEqual(0.9, (double)measured[1]!["observations"]!["share"]!, 0.05);
    }

    [TestMethod]
    public void SitesThatAreNeverObservedAreCalibratedByDenial()
    {
        var (half, file, output) = (Folder.File("half"), Folder.File("half.json"), Folder.File("half-analyses"));
        CommandRun.InProcess(
            "simulate", "--system", "lorenz96", "--observing-network", "fixed-sites", "--set", "observing-network.every=2", "--steps", "500",
            "--trajectories", "2", "--withhold", "0.3", "--output", half).Succeeded();
        var bare = CommandRun.InProcess(["calibrate", "--archive", half, .. Method, "--output", file]).Succeeded();
        Assert.Contains("have no band", bare.Output + bare.Error);
        var said = CommandRun.InProcess(["calibrate", "--archive", half, .. Method, "--deny", "1", "--output", file, "--json"]).Succeeded();
        Assert.Contains("bands-by-denial", said.Reply["warnings"]!.AsArray().Select(w => (string)w!["kind"]!));
        var run = said.Json;
        Assert.HasCount(20, run["neverObserved"]!.AsArray());
        Assert.IsTrue(run["groups"]!.AsArray().Any(g => (string)g!["sites"]! == "neverObserved"));
        CommandRun.InProcess(["analyze", "--archive", half, .. Method, "--bands", file, "--output", output]).Succeeded();
        var scores = CommandRun.InProcess("score", "--archive", half, "--analyses", output, "--json").Succeeded().Json["scores"]![0]!["results"]!.AsArray();
        Assert.AreEqual(0.9, (double)scores.Single(s => (string)s!["score"]! == "coverage" && (string)s["sites"]! == "unobserved")!["value"]!, 0.08);
    }

    [TestMethod]
    public void StoredAnalysesAreCalibratedToo()
    {
        var (output, file) = (Folder.File("stored"), Folder.File("stored.json"));
        CommandRun.InProcess(["analyze", "--archive", Archive, .. Method, "--output", output]).Succeeded();
        var run = CommandRun.InProcess("calibrate", "--archive", Archive, "--analyses", output, "--output", file, "--json").Succeeded().Json;
        Assert.AreEqual(
            CommandRun.InProcess(["calibrate", "--archive", Archive, .. Method, "--output", file, "--json"]).Succeeded().Json["groups"]!.ToJsonString(),
            run["groups"]!.ToJsonString());
    }

    [TestMethod]
    public void WhatCannotBeCalibratedOrUsedIsRefused()
    {
        var (open, few) = (Folder.File("open"), Folder.File("few"));
        CommandRun.InProcess(Record(open)).Succeeded();
        CommandRun.InProcess(["calibrate", "--archive", open, .. Method, "--output", Folder.File("x.json")]).Failed(ExitCodes.Usage, "--withhold");
        CommandRun.InProcess("simulate", "--steps", "30", "--set", "observing-network.fraction=0.05", "--withhold", "0.1", "--output", few).Succeeded();
        CommandRun.InProcess(["calibrate", "--archive", few, .. Method, "--output", Folder.File("x.json")]).Failed(ExitCodes.Usage, "at least 4 times");
        CommandRun.InProcess("calibrate", "--archive", Archive, "--method", "persistence", "--output", Folder.File("x.json"))
            .Failed(ExitCodes.Usage, "with a spread");
        CommandRun.InProcess("calibrate", "--archive", Archive, "--output", Folder.File("x.json")).Failed(ExitCodes.BadData, "expected analyses");
        Assert.IsFalse(File.Exists(Folder.File("x.json")));
        CommandRun.InProcess("analyze", "--archive", Archive, "--method", "etkf", "--bands", Bands, "--output", Folder.File("y"))
            .Failed(ExitCodes.ModelMismatch, "expected bands of the method 'etkf'");
        CommandRun.InProcess(["analyze", "--archive", Archive, .. Method, "--bands", Bands, "--level", "0.7", "--output", Folder.File("y")])
            .Failed(ExitCodes.Usage, "0.8, 0.9, 0.95");
        CommandRun.InProcess(["forecast", "--archive", Archive, "--method", "persistence", "--bands", Folder.File("none.json")])
            .Failed(ExitCodes.BadData, "none.json");
    }

    [TestMethod]
    public void EstimatesThatHaveSeenWhatIsWithheldAreRefused()
    {
        var (all, seeing, file) = (Folder.File("all"), Folder.File("seeing"), Folder.File("seeing.json"));
        CommandRun.InProcess(Record(all)).Succeeded();
        CommandRun.InProcess(["analyze", "--archive", all, .. Method, "--output", seeing]).Succeeded();
        CommandRun.InProcess("calibrate", "--archive", Archive, "--analyses", seeing, "--output", file)
            .Failed(ExitCodes.BadData, "made from the observations of");
        CommandRun.InProcess("forecast", "--archive", seeing, "--method", "persistence", "--leads", "0.1", "--from", "smoothed").Succeeded();
        CommandRun.InProcess("calibrate", "--archive", Archive, "--analyses", seeing, "--forecasts", "--output", file)
            .Failed(ExitCodes.BadData, "expected forecasts made from the observations of");
        Assert.IsFalse(File.Exists(file));
    }

    [TestMethod]
    public void LeadsThatWereNotCalibratedAreTold()
    {
        var (starts, file) = (Folder.File("starts"), Folder.File("forecasts.json"));
        CommandRun.InProcess("analyze", "--archive", Archive, "--method", "etkf", "--output", starts).Succeeded();
        new CoverageBands
        {
            Table = ArchiveTable.Forecasts, Origin = new() { ["method"] = "simulator" }, Levels = [0.9], StateSize = 40, Correlations = [], Measured = [],
            Groups =
            [
                new() { Lead = 999, Sites = CoveredSites.Observed, Count = 1, Separated = 1, Scale = new(1, 0.1, 0, 1), ObservationFactors = [1], StateFactors = [1] },
            ],
        }.Write(file);
        var run = CommandRun.InProcess(
            "forecast", "--archive", starts, "--method", "simulator", "--members", "4", "--leads", "0.1", "--bands", file, "--output", Folder.File("ahead")).Succeeded();
        Assert.Contains("leads-not-covered", run.Output + run.Error);
        Assert.Contains("bands-of-another-network", run.Output + run.Error);
    }

    [TestMethod]
    public void FieldsThatShareFactorsAreTold()
    {
        var (two, file) = (Folder.File("fields"), Folder.File("fields.json"));
        CommandRun.InProcess("simulate", "--system", "lorenz63", "--trajectories", "4", "--steps", "1000", "--withhold", "0.3", "--output", two).Succeeded();
        var run = CommandRun.InProcess(["calibrate", "--archive", two, .. Method, "--output", file]).Succeeded();
        Assert.Contains("the fields x, y, z", run.Output + run.Error);
        Assert.HasCount(1, CoverageBands.Read(file).Groups);
    }

    // Half of the sites are never observed there; bands of a record of which all are would be too narrow.
    [TestMethod]
    public void SitesThatAnotherRecordNeverObservesHaveNoBandThatWasNotCalibrated()
    {
        var (half, output) = (Folder.File("blind-half"), Folder.File("blind-half-analyses"));
        CommandRun.InProcess(
            "simulate", "--system", "lorenz96", "--observing-network", "fixed-sites", "--set", "observing-network.every=2", "--steps", "100", "--output", half)
            .Succeeded();
        var run = CommandRun.InProcess(["analyze", "--archive", half, .. Method, "--bands", Bands, "--output", output]).Succeeded();
        Assert.Contains("20 of 40 entries are never observed", run.Output + run.Error);
        using var archive = ParquetArchive.Open(output);
        foreach (var band in archive.ReadStates(ArchiveTable.Analyses).Select(block => block.Band!.Value.ToArray()))
        {
            Assert.IsTrue(band.Select((width, i) => (width == 0) == (i % 2 == 1)).All(isRight => isRight));
        }
    }

    private static string[] Record(string path, params string[] more) =>
        ["simulate", "--system", "lorenz96", "--trajectories", "2", "--steps", "500", "--seed", "11", .. more, "--output", path];
}
