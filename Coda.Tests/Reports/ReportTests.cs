using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Reports.Gathering;
using Coda.Reports.Pages;
using Coda.Reports.Sections;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Figures;
using Coda.Tests.Inference;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Reports;

[TestClass]
public sealed class ReportTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Prepare(TestContext _) => ReportRecords.Write(Folder.File("record"));

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void BandsAreDrawnAndHeldToTheTruthOrToWithheldObservations(bool hasTruth)
    {
        using var folder = new TemporaryDirectory();
        ReportRecords.WriteBanded(folder.File("banded"), hasTruth);
        CommandRun.InProcess("report", folder.File("banded"), "--out", folder.File("report.html")).Succeeded();
        var html = ReportHtml.Read(folder.File("report.html"));
        Assert.Contains("Bands: nominal against measured coverage</h2>", html);
        Assert.Contains(hasTruth ? "the truth in bands of the state" : "withheld observations in bands of the state widened", html);
        Assert.Contains("<td>90</td>", html);
        Assert.Contains("bands of 90 %", html);
    }

    [TestMethod]
    public void AReportOfARecordShowsWhatIsThereAndSaysWhatIsNot()
    {
        var run = CommandRun.InProcess(
            "report", Folder.File("record"), "--out", Folder.File("new", "report.html"), "--pictures", Folder.File("pictures"), "--json").Succeeded();
        var html = ReportHtml.Read(Folder.File("new", "report.html"));
        var shown = run.Json["sections"]!.AsArray().Select(s => (string)s!["title"]!).ToList();
        CollectionAssert.IsSubsetOf(
            new[] { "What this is", "States", "Scores", "Error and spread against time", "Error by site and field", "What did not converge" }, shown);
        CollectionAssert.AreEquivalent(
            ReportSections.All.Select(s => s.Title).ToArray(),
            shown.Concat(run.Json["notShown"]!.AsArray().Select(s => (string)s!["title"]!)).ToArray());
        Assert.AreEqual(new FileInfo(Folder.File("new", "report.html")).Length, (long)run.Json["bytes"]!);
        Assert.Contains("2 of 9 stretches did not converge", html);
        Assert.Contains("unsound-stretches", run.Output);
        Assert.IsLessThan(html.IndexOf("What this is</h2>", StringComparison.Ordinal), html.IndexOf("did not converge.", StringComparison.Ordinal),
            "The warnings stand first.");
        Assert.Contains("model: example", html);
        Assert.Contains("seed 7", html);
        var pictures = run.Json["sections"]!.AsArray().SelectMany(s => s!["pictures"]!.AsArray()).Select(p => (string)p!).ToList();
        Assert.AreEqual("01-hovmoeller", pictures[0]);
        Assert.HasCount(1, pictures.Where(p => p.EndsWith("-unsound-stretches", StringComparison.Ordinal)));
        Assert.Contains("2 stretches of 2 of 2 trajectories, 30 steps.", html);
        Assert.Contains("<td>0</td><td>10</td><td>30</td><td>0.5</td><td>1.45</td><td>did not converge</td>", html);
        CollectionAssert.AreEquivalent(
            pictures.SelectMany(p => new[] { $"{p}.svg", $"{p}.png" }).ToArray(),
            Directory.GetFiles(Folder.File("pictures")).Select(Path.GetFileName).ToArray());
        Assert.HasCount(2 * pictures.Count, run.Json["pictureFiles"]!.AsArray());
    }

    [TestMethod]
    public void TheGreatestValueOfAPictureStandsWhereTheArchiveHasIt()
    {
        var description = ArchiveExamples.Description(sites: 16, steps: 40);
        var states = new float[40 * 16];
        states[(30 * 16) + 5] = 1;
        using (var archive = ParquetArchive.Create(Folder.File("peak"), description))
        {
            archive.WriteStates(ArchiveTable.Truth, [new StateBlock(0, 0, 16, states)]);
        }

        Report(new([Folder.File("peak")], Folder.File("peak.html")) { Pictures = Folder.File("peak-pictures") });
        using var picture = new Picture(File.ReadAllBytes(Folder.File("peak-pictures", "01-hovmoeller.png")));
        var beforeBar = 0.885 * picture.Width; // the bar of colours is on the right
        var low = picture.Of(ScottPlot.Color.FromHex("#440154")).Where(p => p.X < beforeBar).ToArray();
        var high = picture.Of(ScottPlot.Color.FromHex("#FDE725")).Where(p => p.X < beforeBar).ToArray();
        var (left, top) = (low.Min(p => p.X), low.Min(p => p.Y));
        Assert.AreEqual(30.5 / 40, (high.Average(p => p.X) - left) / (low.Max(p => p.X) - left), 0.015);
        Assert.AreEqual(1 - (5.5 / 16), (high.Average(p => p.Y) - top) / (low.Max(p => p.Y) - top), 0.03);
    }

    [TestMethod]
    public void ALargeReportSaysSo()
    {
        var progress = new SilentProgress();
        ReportWorkflow.Run(new([Folder.File("record")], Folder.File("large.html")) { MostBytes = 1000 }, progress);
        Assert.AreEqual("large-report", progress.Warnings.All.Last().Kind);
        Assert.Contains("at most 0.001 MB", progress.Warnings.All.Last().Message);
        Assert.IsTrue(File.Exists(Folder.File("large.html")));
    }

    [TestMethod]
    public void ScoresAreThoseOfTheCommand()
    {
        Report(new([Folder.File("record")], Folder.File("scores.html")) { Margin = 10 });
        var score = CommandRun.InProcess("score", "--archive", Folder.File("record"), "--margin", "10", "--json").Succeeded().Json["scores"]![0]!;
        var error = score["results"]!.AsArray().First(r => (string)r!["score"]! == "root-mean-square-error" && (string)r["sites"]! == "all")!;
        var cells = FormattableString.Invariant($"<td>{(double)error["value"]!:G4}</td><td>{(double)error["deviation"]!:G4}</td>");
        Assert.Contains(cells, ReportHtml.Read(Folder.File("scores.html")));
    }

    [TestMethod]
    public void AFieldOfTwoDimensionsIsShownAsMapsARowAQuantity()
    {
        var description = ArchiveExamples.Description(sites: 12) with { System = null, Layout = StateLayout.On(new Torus(3, 4)) };
        using (var archive = ParquetArchive.Create(Folder.File("torus"), description))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 100, 12)]);
            archive.WriteObservations(ArchiveExamples.Stretches(description));
            archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 100, 12, lead: 1) with { Lead = 0 }]);
        }

        var report = Report(new([Folder.File("torus")], Folder.File("torus.html")) { Steps = new(10, 31) });
        CollectionAssert.AreEqual(new[] { "01-map", "02-moving-map" }, report.Sections.Single(s => s.Title == "States").Pictures.ToArray());
        Assert.EndsWith("map", report.Sections.Single(s => s.Title == "Error by site and field").Pictures.Single());
        var html = ReportHtml.Read(Folder.File("torus.html"));
        var order = new[] { "truth, 0.5", "truth, 1", "truth, 1.5", "observations, 0.5", "analysis, 0.5", "error, 1.5" }
            .Select(title => html.IndexOf($"<td>{title}</td>", StringComparison.Ordinal)).ToList(); // of the first table, which stands first
        CollectionAssert.AreEqual(order.Order().ToArray(), order);
        Assert.IsGreaterThan(0, order[0]);
    }

    [TestMethod]
    public void AFunctionOfFieldsIsNotDrawnAsOneOfThem()
    {
        var flow = new StateLayout([new("u", new Torus(3, 4)), new("v", new Torus(3, 4))]);
        var description = ArchiveExamples.Description(sites: 12) with { System = null, Layout = flow, Operator = new Component("field-function") };
        Assert.IsNull(FieldSites.Of(description), "speeds");
        var first = new Component("footprint", new JsonObject { ["field"] = "u", ["radius"] = 1, ["x"] = new JsonArray(1.0), ["y"] = new JsonArray(2.5) });
        var both = description with
        {
            SiteCount = 13,
            Operator = new Component("combination", new JsonObject
            {
                ["parts"] = new JsonArray(
                    new JsonObject { ["name"] = "field-function" },
                    new JsonObject { ["name"] = first.Name, ["options"] = first.Options!.DeepClone() }),
            }),
        };
        CollectionAssert.AreEqual(Enumerable.Repeat(-1, 12).ToArray(), FieldSites.Of(both)![..12]);
        Assert.IsGreaterThanOrEqualTo(0, FieldSites.Of(both)![12], "an average of u");

        using (var archive = ParquetArchive.Create(Folder.File("speed"), description))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 100, 24)]);
            archive.WriteObservations(ArchiveExamples.Stretches(description));
        }

        _ = Report(new([Folder.File("speed")], Folder.File("speed.html")) { Steps = new(10, 31) });
        var html = ReportHtml.Read(Folder.File("speed.html"));
        Assert.Contains("truth, 0.5", html);
        Assert.DoesNotContain("observations, 0.5", html);
    }

    [TestMethod]
    public void WhatIsSeldomObservedHasARowOfMapsToo()
    {
        var description = ArchiveExamples.Description(sites: 12) with { System = null, Layout = StateLayout.On(new Torus(3, 4)) };
        using (var archive = ParquetArchive.Create(Folder.File("seldom"), description))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 100, 12)]);
            archive.WriteObservations(ArchiveExamples.Stretches(description).Select(stretch =>
            {
                stretch.Mask.AsSpan().Clear();
                if (stretch.Steps.Contains(20))
                {
                    stretch.Mask[(int)(20 - stretch.Steps.Start) * 12] = 1;
                }

                return stretch;
            }));
        }

        Report(new([Folder.File("seldom")], Folder.File("seldom.html")) { Steps = new(10, 31) });
        var html = ReportHtml.Read(Folder.File("seldom.html"));
        var titles = new[] { "truth, 0.5", "truth, 1", "truth, 1.5", "observations, 0.5", "observations, 1", "observations, 1.5" };
        var order = titles.Select(title => html.IndexOf($"<td>{title}</td>", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(0, order[0]);
        CollectionAssert.AreEqual(order.Order().ToArray(), order);
        Report(new([Folder.File("seldom")], Folder.File("seldom.html")) { Steps = new(30, 51) });
        Assert.DoesNotContain("<td>observations, ", ReportHtml.Read(Folder.File("seldom.html")), "nothing observed at any of the times");
    }

    [TestMethod]
    public void SeveralFieldsAreARowEachWithTracksAndSpectra()
    {
        var archive = Folder.File("fields");
        CommandRun.InProcess(
            "simulate", "--system", "shallow-water", "--trajectories", "1", "--steps", "24", "--spin-up", "50", "--step-length", "0.25", "--operator",
            "site-selection", "--observing-network", "tracks", "--set", "operator.field=h", "system.size=8", "observing-network.spacing=6",
            "observing-network.interval=4", "--output", archive).Succeeded();
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "letkf", "--set", "members=4", "radius=2", "spinUpSteps=50").Succeeded();
        var report = Report(new([archive], Folder.File("fields.html")));
        CollectionAssert.AreEqual(new[] { "01-map", "02-moving-map" }, report.Sections.Single(s => s.Title == "States").Pictures.ToArray());
        Assert.HasCount(3, report.Sections.Single(s => s.Title == "Spectra and the resolved scale").Pictures);
        var html = ReportHtml.Read(Folder.File("fields.html"));
        Assert.Contains("h (m), u (m/s), v (m/s) on its grid", html);
        Assert.Contains("older ones smaller", html);
        var order = new[] { "h: truth, 5.75", "h: observations, 5.75", "h: spread, 5.75", "u: truth, 5.75", "u: no observations", "v: error, 5.75" }
            .Select(title => html.IndexOf($"{title}</td>", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(0, order[0]);
        CollectionAssert.AreEqual(order.Order().ToArray(), order);
        Assert.Contains("<td>letkf</td><td>analyses</td><td>h</td>", html, "the resolved scale");
        var scores = CommandRun.InProcess("score", "--archive", archive, "--spectra", "--json").Succeeded().Json["scores"]![0]!["spectra"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "h", "u", "v" }, scores.Select(s => (string)s!["field"]!).ToArray());
        Assert.HasCount(4, scores[0]!["truth"]!.AsArray());
        Assert.Contains("resolved", CommandRun.InProcess("score", "--archive", archive, "--spectra").Succeeded().Output);
        Assert.IsNull(CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded().Json["scores"]![0]!["spectra"]);
    }

    [TestMethod]
    public void ObservationsAtPositionsAreDrawnWhereTheyAreInTheUsersCoordinates()
    {
        File.WriteAllText(Folder.File("ship.csv"), "time,lon,lat,value\n0,0,88,1\n0,350,10,2\n0.25,100,-45,3\n");
        CommandRun.InProcess(
            "import", Folder.File("ship.csv"), "--system", "kolmogorov-flow:size=8,forceWaves=2", "--x", "lon", "--y", "lat", "--x-range", "0,360", "--y-range", "90,-90",
            "--step-length", "0.25", "--sigma", "1", "--output", Folder.File("ship")).Succeeded();
        Report(new([Folder.File("ship")], Folder.File("ship.html")));
        Assert.Contains("observations, 0.25: 1 to 3 at 3 points", ReportHtml.Read(Folder.File("ship.html")));

        using var archive = ParquetArchive.Open(Folder.File("ship"));
        var grid = new MapGrid(archive.Description.Layout.Fields[0], archive.Description);
        var frame = grid.Frame;
        Assert.AreEqual((0.0, 45.0), frame.XScale);
        Assert.AreEqual((-67.5, -45), frame.YScale, "the last row, which is farthest south, stands below");
        Assert.AreEqual((0.0, 7.0), frame.Y);
        Assert.AreEqual((2.0, 6.5), (grid.Point(0.5, 2, 1, 0).X, grid.Point(0.5, 2, 1, 0).Y));
        var cells = new double[1, 64];
        cells[0, 3] = 1;
        Assert.AreEqual(1, grid.OnGrid(cells)[7, 3]);
    }

    [TestMethod]
    public void SpectraNeedATruthAndAGrid()
    {
        CommandRun.InProcess(Tiny.Simulate(Folder.File("no-grid"), 1, 20, "--system", "lorenz63")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Folder.File("no-grid"), "--method", "climatology").Succeeded();
        CommandRun.InProcess("score", "--archive", Folder.File("no-grid"), "--spectra").Failed(ExitCodes.Usage, "--spectra: expected a truth with a field on");
        CommandRun.InProcess(Tiny.Simulate(Folder.File("withheld"), 1, 40, "--withhold", "0.2")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Folder.File("withheld"), "--method", "climatology").Succeeded();
        CommandRun.InProcess("score", "--archive", Folder.File("withheld"), "--spectra", "--against", "withheld")
            .Failed(ExitCodes.Usage, "scored against withheld observations. Score without --spectra");
    }

    [TestMethod]
    public void ATrajectoryIsFoundByNameAndByNumber()
    {
        var description = ArchiveExamples.Description(trajectories: 2) with { TrajectoryNames = ["north", "south"] };
        using (var archive = ParquetArchive.Create(Folder.File("named"), description))
        {
            archive.WriteObservations(ArchiveExamples.Stretches(description));
        }

        foreach (var trajectory in new[] { "south", "1" })
        {
            Report(new([Folder.File("named")], Folder.File("named.html")) { Trajectory = trajectory });
            Assert.Contains("trajectory south", ReportHtml.Read(Folder.File("named.html")));
        }
    }

    [TestMethod]
    public void TextOfFilesIsShownAndNotRun()
    {
        ReportRecords.WriteHostile(Folder.File("hostile"));
        Report(new([Folder.File("hostile")], Folder.File("hostile.html")));
        var html = ReportHtml.Read(Folder.File("hostile.html"));
        Assert.DoesNotContain("<img src=x", html);
        Assert.DoesNotContain("<b>m", html);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", html);
        Assert.Contains("&lt;script&gt;", html);
    }

    [TestMethod]
    public void EstimatesOfSeveralMethodsAreShownWithTheirRecord()
    {
        CommandRun.InProcess(Tiny.Simulate(Folder.File("many", "test"), 2, 80, "--set", "system.size=8")).Succeeded();
        foreach (var method in new[] { "climatology", "persistence" })
        {
            CommandRun.InProcess(
                "analyze", "--archive", Folder.File("many", "test"), "--method", method, "--output", Folder.File("many", method)).Succeeded();
        }

        CommandRun.InProcess(
            "forecast", "--archive", Folder.File("many", "persistence"), "--method", "persistence", "--leads", "0", "0.05", "0.1", "--every", "0.1").Succeeded();
        File.WriteAllText(Folder.File("compare.json"), CommandRun.InProcess(
            "compare", "--archive", Folder.File("many", "test"), "--methods", "climatology", "persistence", "--json").Succeeded().Output);
        Directory.CreateDirectory(Folder.File("many", "model"));
        ExampleModels.Write(Folder.File("many", "model"));
        var report = Report(new([Folder.File("many"), Folder.File("compare.json")], Folder.File("many.html")));
        CollectionAssert.IsSubsetOf(new[] { "Error by lead", "Score against cost" }, report.Sections.Select(s => s.Title).ToArray());
        Assert.EndsWith("series", report.Sections.Single(s => s.Title == "States").Pictures.Single(), "A handful of entries is shown as curves.");
        var html = ReportHtml.Read(Folder.File("many.html"));
        Assert.Contains("1 record, 3 tables of estimates, 1 model, 1 comparison", html);
        Assert.Contains("Archive test", html);
        Assert.Contains("archive test · persistence, climatology; trajectory 0", html.Replace("&#183;", "·", StringComparison.Ordinal), "The better one first.");
    }

    [TestMethod]
    public void WhatIsNotDrawnIsNamed()
    {
        CommandRun.InProcess(Tiny.Simulate(Folder.File("crowd", "test"), 2, 40, "--set", "system.size=8")).Succeeded();
        var analyze = new[] { "analyze", "--archive", Folder.File("crowd", "test"), "--method" };
        CommandRun.InProcess([.. analyze, "climatology", "--output", Folder.File("crowd", "a0")]).Succeeded();
        foreach (var copy in new[] { "a1", "a2", "a3" })
        {
            foreach (var file in Directory.GetFiles(Folder.File("crowd", "a0"), "*", SearchOption.AllDirectories))
            {
                var to = Folder.File("crowd", copy, Path.GetRelativePath(Folder.File("crowd", "a0"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }

        CommandRun.InProcess([.. analyze, "persistence", "--output", Folder.File("crowd", "z")]).Succeeded();
        Report(new([Folder.File("crowd")], Folder.File("crowd.html")));
        var section = ReportHtml.Read(Folder.File("crowd.html")).Split("Error by site and field</h2>")[1].Split("</section>")[0];
        Assert.Contains("test: not drawn here: climatology (a3).", section);
        Assert.Contains("persistence", section);
    }

    [TestMethod]
    public void ALearnedCorrectionStandsBesideTheCoupling()
    {
        CommandRun.InProcess(
            Tiny.Simulate(Folder.File("levels"), 1, 60, "--system", "lorenz96-two-level", "--set", "operator.field=x")).Succeeded();
        var model = Path.Combine(Repository.Root, "models", "lorenz96-two-level");
        var report = Report(new([Folder.File("levels"), model], Folder.File("levels.html")));
        Assert.HasCount(1, report.Sections.Single(s => s.Title == "Learned correction").Pictures);
        var html = ReportHtml.Read(Folder.File("levels.html"));
        Assert.Contains("true coupling", html);
        Assert.Contains("The residual of the correction is", html);
    }

    [TestMethod]
    public void ALearnedGainIsDrawnByDistance()
    {
        var twin = ExampleTwins.Lorenz96(steps: 120, trajectories: 2, fraction: 0.5);
        SimulateWorkflow.Run(new SimulateJob(twin, Folder.File("ring")), new SilentProgress());
        Directory.CreateDirectory(Folder.File("cycle"));
        CycleExamples.Write(Folder.File("cycle"), twin, CycleExamples.WithMembers(3));
        var report = Report(new([Folder.File("ring"), Folder.File("cycle")], Folder.File("gain.html")));
        Assert.HasCount(1, report.Sections.Single(s => s.Title == "Learned gain").Pictures);
        Assert.Contains("An innovation moves its own site by", ReportHtml.Read(Folder.File("gain.html")));
    }

    [TestMethod]
    public void AStudyIsATableAndItsErrorsAsPictures()
    {
        Directory.CreateDirectory(Folder.File("study"));
        NumberTable.Write(
            Folder.File("study", "results.parquet"), ["window", "alpha", "seed", "rmse", "F"],
            [[10, 0, 1, 0.5, 7.9], [10, 1, 1, 0.4, 8], [25, 0, 1, 0.3, double.NaN], [25, 1, 1, 0.2, 8.1]]);
        File.WriteAllText(Folder.File("study", "results.md"), "How long a window?\n\n    coda study window\n\n| window |\n");
        var report = Report(new([Folder.File("study")], Folder.File("study.html")));
        var section = report.Sections.Single(s => s.Title == "Study");
        Assert.HasCount(2, section.Pictures);
        var html = ReportHtml.Read(Folder.File("study.html"));
        Assert.Contains("How long a window?", html);
        Assert.Contains("<td>25</td><td>1</td><td>1</td><td>0.2</td><td>8.1</td>", html);
    }

    [TestMethod]
    public void NoColumnOfAStudyLeadsPicturesElsewhere()
    {
        Directory.CreateDirectory(Folder.File("led", "study"));
        var column = $"{new string('x', 300)}/../../../out-of";
        NumberTable.Write(Folder.File("led", "study", "results.parquet"), [column, "seed", "../../rmse"], [[10, 1, 0.5], [20, 1, 0.4]]);
        var report = Report(new([Folder.File("led", "study")], Folder.File("led", "study.html")) { Pictures = Folder.File("led", "pictures") });
        CollectionAssert.AreEquivalent(
            Directory.GetFiles(Folder.File("led", "pictures")).Select(Path.GetFileName).ToArray(), report.PictureFiles.Select(Path.GetFileName).ToArray());
        Assert.HasCount(2, report.PictureFiles);
    }

    [TestMethod]
    public void EstimatesOfOtherObservationsAreShownWithAWarning()
    {
        foreach (var seed in new[] { "1", "2" })
        {
            CommandRun.InProcess(Tiny.Simulate(Folder.File("others", seed), 1, 40, "--set", "system.size=8", "--seed", seed)).Succeeded();
        }

        CommandRun.InProcess("analyze", "--archive", Folder.File("others", "1"), "--method", "climatology", "--output", Folder.File("of-1")).Succeeded();
        Assert.Contains("other-observations", Kinds("2"));
        Assert.DoesNotContain("other-observations", Kinds("1"));
        Assert.Contains("other-observations", Score("2").Error + Score("2").Output, "The scores of a command, too.");
        Assert.DoesNotContain("other-observations", Score("1").Error + Score("1").Output);

        CommandRun Score(string record) => CommandRun.InProcess(
            "score", "--archive", Folder.File("others", record), "--analyses", Folder.File("of-1"), "--json").Succeeded();

        string Kinds(string record)
        {
            var progress = new SilentProgress();
            ReportWorkflow.Run(new([Folder.File("others", record), Folder.File("of-1")], Folder.File("others.html")), progress);
            return string.Join(' ', progress.Warnings.All.Select(w => w.Kind));
        }
    }

    [TestMethod]
    public void WhatIsNotThereOrNotWithinTheRecordIsRefusedAndNothingIsWritten()
    {
        var output = Folder.File("refused.html");
        CommandRun.InProcess("report", Folder.File("nothing"), "--out", output).Failed(ExitCodes.BadData, "expected an archive (with archive.json)");
        CommandRun.InProcess("report", Folder.File("record"), "--out", output, "--steps", "100..200").Failed(ExitCodes.Usage, "--steps: expected");
        CommandRun.InProcess("report", Folder.File("record"), "--out", output, "--steps", "9..3").Failed(ExitCodes.Usage, "--steps: expected FROM..TO");
        CommandRun.InProcess("report", Folder.File("record"), "--out", output, "--trajectory", "2")
            .Failed(ExitCodes.Usage, "--trajectory: expected one of the 2");
        CommandRun.InProcess("report", Folder.File("record"), "--out", output, "--memory", "much").Failed(ExitCodes.Usage, "--memory: expected a size");
        File.WriteAllText(Folder.File("other.json"), new JsonObject { ["command"] = "score" }.ToJsonString());
        CommandRun.InProcess("report", Folder.File("other.json"), "--out", output).Failed(ExitCodes.BadData, "expected what 'coda compare --json' writes");
        Assert.IsFalse(File.Exists(output));
    }

    [TestMethod]
    public void AMarginThatLeavesNothingIsAWarningAndTheRestIsShown()
    {
        var progress = new SilentProgress();
        var report = ReportWorkflow.Run(new([Folder.File("record")], Folder.File("margin.html")) { Margin = 60 }, progress);
        Assert.IsTrue(progress.Warnings.All.Any(w => w.Kind == "not-scored"), string.Join('\n', progress.Warnings.All));
        CollectionAssert.Contains(report.Sections.Select(s => s.Title).ToArray(), "States");
        CollectionAssert.Contains(report.NotShown.Select(s => s.Title).ToArray(), "Scores");
    }

    [TestMethod]
    public void EverySectionSaysWhetherItIsPossible()
    {
        // Of observations alone nothing can be scored.
        var description = ArchiveExamples.Description();
        using (var archive = ParquetArchive.Create(Folder.File("observed"), description))
        {
            archive.WriteObservations(ArchiveExamples.Stretches(description));
        }

        using var material = ReportMaterial.Open(new([Folder.File("observed")], "-"), new SilentProgress(), CancellationToken.None);
        CollectionAssert.AreEqual(
            new[] { "What this is", "States" }, ReportSections.All.Where(s => s.IsPossible(material)).Select(s => s.Title).ToArray());
        using var whole = ReportMaterial.Open(new([Folder.File("record")], "-"), new SilentProgress(), CancellationToken.None);
        foreach (var section in ReportSections.All.Where(s => s.IsPossible(whole)))
        {
            Assert.IsTrue(section.Make(whole).Any(), section.Title);
        }

        Assert.AreEqual(ArchiveTable.Analyses, whole.Records.Single().Tables.Single().Table);
    }

    private static ReportOutcome Report(ReportJob job) => ReportWorkflow.Run(job, new SilentProgress());
}
