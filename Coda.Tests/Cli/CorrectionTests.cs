using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda correction</c> on a two-level record and a model that was hardly trained.</summary>
[TestClass]
public sealed class CorrectionTests
{
    private static TemporaryDirectory _folder = null!;

    private static string Archive => _folder.File("archive");

    private static string Model => _folder.File("model");

    [ClassInitialize]
    public static void MakeAModel(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Archive, "--system", "lorenz96-two-level", "--set", "operator.field=x")).Succeeded();
        CommandRun.InProcess(Tiny.Train(Archive, Model, "--experiment", "lorenz96-two-level", "--steps", "10")).Succeeded();
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void ItComparesWithTheCouplingAndRollsOut()
    {
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--output", _folder.File("analyses")).Succeeded();
        string[] command =
        [
            "correction", "--archive", Archive, "--model", Model, "--analyses",
                _folder.File("analyses"), "--margin", "10", "--starts", "24", "--leads", "0.1", "0.3", "--free-run", "0.5",
            "--systems", "lorenz96-polynomial", "lorenz96-two-level", "--workers", "1",
        ];
        var json = CommandRun.InProcess([.. command, "--json"]).Succeeded().Json;
        var bins = json["coupling"]!["bins"]!.AsArray();
        Assert.AreEqual(12 * 80 * 36, bins.Sum(b => (long)b!["count"]!));
        Assert.AreEqual(12 * 80 * 36, bins.Sum(b => (long)b!["analysisCount"]!));
        Assert.HasCount(3, json["coupling"]!["regressions"]!.AsArray());
        var rollouts = json["rollouts"]!.AsArray();
        CollectionAssert.AreEqual(
            new[] { "truncated", "hybrid", "lorenz96-polynomial", "lorenz96-two-level" }, rollouts.Select(r => (string)r!["name"]!).ToArray());
        double[] Errors(int model) => [.. rollouts[model]!["forecasts"]!.AsArray().Select(s => (double)s!["value"]!)];
        Assert.IsTrue(Errors(3).All(e => e < 1e-3), "The truth's own system has no error.");
        Assert.IsGreaterThan(Errors(2)[1], Errors(0)[1], "The truncated model is worse than the cubic correction.");
        Assert.AreEqual(24, (long)rollouts[1]!["forecasts"]![0]!["count"]!);
        Assert.AreEqual(8 * 45 * 36, (long)rollouts[1]!["marginal"]!["count"]!);
        Assert.AreEqual(1, rollouts[1]!["marginal"]!["histogram"]!.AsObject().Sum(bin => (double)bin.Value!), 1e-9);

        var text = CommandRun.InProcess(command).Succeeded().Output;
        foreach (var said in new[] { "residual rms", "learned (pointwise)", "learned at the analyses", "Forecasts from 24 true states", "Free runs", "in per "
            + "cent" })
        {
            Assert.Contains(said, text);
        }
    }

    [TestMethod]
    public void FreeRunsCanBeLeftOut() => Assert.DoesNotContain("Free runs", CommandRun.InProcess(
        "correction", "--archive", Archive, "--model", Model, "--starts", "2", "--leads", "0.1", "--free-run", "0").Succeeded().Output);

    [TestMethod]
    public void AnArchiveWithoutTruthIsBadData()
    {
        var blind = _folder.File("blind");
        CommandRun.InProcess(Tiny.Simulate(blind, 2, 100, "--system", "lorenz96-two-level", "--set", "operator.field=x", "--no-truth")).Succeeded();
        CommandRun.InProcess("correction", "--archive", blind, "--model", Model, "--leads", "0.1").Failed(ExitCodes.BadData, "expected the table 'truth'");
    }

    [TestMethod]
    public void ATruthWithoutACouplingIsAUsageError()
    {
        var level = _folder.File("one-level");
        CommandRun.InProcess(Tiny.Simulate(level, 2, 100, "--set", "system.size=36")).Succeeded();
        CommandRun.InProcess("correction", "--archive", level, "--model", Model, "--leads", "0.1").Failed(ExitCodes.Usage, "got one of 'lorenz96'");
    }

    [TestMethod]
    public void AModelWithoutACorrectionIsAMismatch()
    {
        var bare = _folder.File("bare");
        CommandRun.InProcess(Tiny.Train(Archive, bare, "--experiment", "lorenz96-two-level", "--steps", "5", "--set", "correction=null")).Succeeded();
        CommandRun.InProcess("correction", "--archive", Archive, "--model", bare).Failed(ExitCodes.ModelMismatch, "expected a model with a correction");
    }

    [TestMethod]
    public void LeadsBeyondTheRecordAreAUsageError() =>
        CommandRun.InProcess("correction", "--archive", Archive, "--model", Model, "--leads", "5").Failed(ExitCodes.Usage, "100 steps");
}
