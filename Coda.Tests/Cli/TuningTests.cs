using System.Reflection;
using Coda.Classical.Tuning;
using Coda.Cli;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class TuningTests
{
    private static TemporaryDirectory _folder = null!;

    private static string Archive => _folder.File("archive");

    [ClassInitialize]
    public static void MakeAnArchive(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Archive, 2, 200, "--withhold", "0.1")).Succeeded();
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void TheBestChoiceIsTheLeastMisfitAndServesAsAMethod()
    {
        var file = _folder.File("best", "three-dvar.json");
        var result =
            CommandRun.InProcess("tune", "--archive", Archive, "--method", "three-dvar", "--sweep", "background-scale=0.0001,0.02", "--output", file, "--json")
            .Succeeded().Json;
        var misfits = result["trials"]!.AsArray()
            .Select(t => (double)t!["scores"]!.AsArray().Single(s => (string)s!["score"]! == "root-mean-square-misfit")!["value"]!).ToArray();
        Assert.HasCount(2, misfits);
        Assert.IsLessThan(misfits[0], misfits[1]); // hardly any trust in the observations serves badly
        var best = CodaJson.Read<TunedMethod>(file);
        Assert.AreEqual(0.02, (double)best.Method.Options!["backgroundScale"]!);
        Assert.AreEqual(misfits[1], best.Misfit, 1e-12);
        Assert.HasCount(2, best.Tried);
        var output = _folder.File("tuned-analyses");
        Assert.AreEqual("three-dvar", (string)CommandRun.InProcess("analyze", "--archive", Archive, "--method", file, "--output", output, "--json")
            .Succeeded().Json["method"]!);
    }

    // The same bits with and without the truth in the archive.
    [TestMethod]
    public void TuningReadsNoTruth()
    {
        var blind = _folder.File("blind");
        CommandRun.InProcess(Tiny.Simulate(blind, 2, 200, "--withhold", "0.1", "--no-truth")).Succeeded();
        double[] Misfits(string archive) => [.. CommandRun.InProcess(
                "tune", "--archive", archive, "--method", "etkf", "--set", "members=10", "--sweep", "inflation=1.02,1.1", "--output",
                _folder.File("etkf.json"), "--json")
            .Succeeded().Json["trials"]!.AsArray().Select(t => (double)t!["scores"]![0]!["value"]!)];
        CollectionAssert.AreEqual(Misfits(Archive), Misfits(blind));
    }

    [TestMethod]
    public void TuningNeedsWithheldObservations()
    {
        var open = _folder.File("open");
        CommandRun.InProcess(Tiny.Simulate(open)).Succeeded();
        CommandRun.InProcess("tune", "--archive", open, "--method", "etkf").Failed(ExitCodes.Usage, "--withhold");
    }

    [TestMethod]
    public void AMethodWithNothingToTuneSaysSo() =>
        CommandRun.InProcess("tune", "--archive", Archive, "--method", "climatology").Failed(ExitCodes.Usage, "at least one option to vary");

    [TestMethod]
    public void AMisspeltSweepIsRefused() =>
        CommandRun.InProcess("tune", "--archive", Archive, "--method", "etkf", "--sweep", "inflaton=1,2").Failed(ExitCodes.Usage, "inflaton");

    [TestMethod]
    public void ComparingScoresEveryMethodThatCanReadTheArchive()
    {
        var run = CommandRun.InProcess("compare", "--archive",
            Archive, "--methods", "climatology", "persistence", "etkf:members=20,inflation=1.05", "enks:lag=5", "--json").Succeeded();
        var trials = run.Json["trials"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "climatology", "persistence", "etkf", "enks" }, trials.Select(t => (string)t!["method"]!["name"]!).ToArray());
        CollectionAssert.AreEqual(new[] { false, false, false, true }, trials.Select(t => (bool)t!["isSmoother"]!).ToArray());
        Assert.AreEqual("truth", (string)run.Json["against"]!);
        Assert.IsTrue(trials.All(t => (long)t!["states"]! == 400));
        Assert.IsTrue(trials[2]!["scores"]!.AsArray().Any(s => (string)s!["score"]! == "spread"));
    }

    [TestMethod]
    public void TheGridIsEveryCombination()
    {
        var method = new Component("letkf", new() { ["members"] = 10 });
        var grid = TuningGrid.Of(method, [new("inflation", [1.0, 1.1]), new("radius", [4.0, 8.0, 12.0])]);
        Assert.HasCount(6, grid);
        Assert.HasCount(6, grid.Select(c => c.Options!.ToJsonString()).Distinct());
        Assert.IsTrue(grid.All(c => (int)c.Options!["members"]! == 10));
        Assert.ThrowsExactly<ArgumentException>(() => TuningGrid.Of(method, [new("members", [5])]));
    }

    public static IEnumerable<object[]> MethodNames => AssimilationMethod.Catalog.Names.Select(n => new object[] { n });

    [TestMethod]
    [DynamicData(nameof(MethodNames))]
    public void EveryMethodIsDescribedAndItsTunedOptionsAreItsOwn(string name)
    {
        Assert.IsGreaterThan(10, AssimilationMethod.Catalog.TypeOf(name).GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()!.Description.Length);
        foreach (var sweep in TuningGrid.DefaultSweeps(new Component(name)))
        {
            // The defaults may leave an option out, but not know another name.
            Assert.IsNotNull(AssimilationMethod.Catalog.TypeOf(name)
                .GetNestedType("Options")!.GetProperty(sweep.Option, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance), sweep.Option);
            Assert.IsTrue(sweep.Values.Count > 1 && sweep.Values.Select(v => (double)v).Zip(sweep.Values.Skip(1).Select(v => (double)v))
                .All(p => p.First < p.Second), sweep.Option);
        }
    }
}
