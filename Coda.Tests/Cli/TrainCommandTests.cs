using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda train --archive X</c> asks for nothing that the archive knows; forecasts have leads of the system's own time.</summary>
[TestClass]
public sealed class TrainCommandTests
{
    private static readonly string[] Quick =
        ["--steps", "6", "--threads", "1", "--set", "network.width=4", "network.blocks=1", "batchSize=2", "rolloutLength=3", "warmUpSteps=2"];

    [TestMethod]
    public void AnArchiveAloneIsEnough()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model) = (folder.File("mine"), folder.File("model"));
        CommandRun.InProcess(Tiny.Simulate(archive, 1, 300, "--system", "lorenz63", "--sigma", "0.5")).Succeeded();
        var run = CommandRun.InProcess(["train", "--archive", archive, "--output", model, "--json", .. Quick, "parameters.rho.start=.3e2"]).Succeeded();
        Assert.Contains("System lorenz63; estimates sigma from 10, rho from 30, beta from 2.66667.", run.Error);
        Assert.Contains($"into {model}.", run.Error);
        Assert.Contains("6 steps of 2 rollouts over 3 steps", run.Error);
        var card = run.Json["card"]!;
        Assert.AreEqual(("mine", "lorenz63", 0.5), ((string)card["name"]!, (string)card["system"]!["name"]!, (double)card["sigma"]!));

        // Further, from that model, on another record of the same system.
        var further = CommandRun.InProcess(["train", "--archive", archive, "--from", model, "--output", folder.File("further"), .. Quick]).Succeeded();
        Assert.Contains($"from the model {model}.", further.Error);
        CommandRun.InProcess("train", "--archive", archive, "--from", model, "--system", "lorenz63").Failed(ExitCodes.Usage, "--system");
        CommandRun.InProcess("train", "--archive", archive, "--from", model, "--steps", "3", "--set", "reanalysis.steps=1")
            .Failed(ExitCodes.Usage, "--steps: expected none with --from and --set reanalysis");

        // Leads in proportion to the time in which Lorenz-63 forgets its state, some .3 time units.
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "climatology").Succeeded();
        var forecast = CommandRun.InProcess("forecast", "--archive", archive, "--method", "persistence", "--from", "smoothed", "--json").Succeeded();
        Assert.Contains("Leads are multiples of 0.2, about the time of", forecast.Error);
        CollectionAssert.AreEqual(new[] { 0, 0.1, 0.2, 0.4, 0.8, 1.2, 2 }, forecast.Json["leads"]!.AsArray().Select(lead => (double)lead!).ToArray());
    }

    [TestMethod]
    public void AnArchiveThatNamesNoSystemAsksForOne()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllLines(folder.File("x.csv"), ["step,site,value", .. Enumerable.Range(0, 30).Select(i => $"{i},0,{i % 7}")]);
        CommandRun.InProcess(
            "import", folder.File("x.csv"), "--step-length", "1", "--time", "step", "--site", "site", "--value", "value", "--sigma", "0.1", "--output",
            folder.File("x")).Succeeded();
        CommandRun.InProcess("train", "--archive", folder.File("x")).Failed(ExitCodes.Usage, "--system NAME");
        var run = CommandRun.InProcess(
            ["train", "--archive", folder.File("x"), "--system", "relaxation", "--output", folder.File("model"), "--json", .. Quick]).Succeeded();
        Assert.AreEqual("relaxation", (string)run.Json["card"]!["system"]!["name"]!);
    }
}
