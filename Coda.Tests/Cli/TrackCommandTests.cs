using Coda.Cli;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Cli;

/// <summary><c>coda track</c> of a trained model, whose weights are corrected on the way.</summary>
[TestClass]
public sealed class TrackCommandTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Make(TestContext _)
    {
        ModelExport.Write(ModelExamples.Of(TrainingExamples.Corrected with { Tracked = ["*"] }), Folder.File("model"), "");
        ModelExport.Write(ModelExamples.Of(TrainingExamples.Corrected), Folder.File("without"), "");
        CommandRun.InProcess(
            "simulate", "--set", "system.size=8", "observing-network.fraction=0.5", "--step-length", "0.02", "--trajectories", "2", "--steps", "60",
            "--spin-up", "100", "--output", Folder.File("archive")).Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void ItsParametersAndWeightsAreToldByWindowAndTheAnalysesKept()
    {
        var run = Track("model", "--set", "warmUp=10", "windowSteps=25", "--output", Folder.File("tracked"), "--json").Succeeded();
        var corrected = run.Json["corrected"]!.AsArray();
        Assert.AreEqual(("F", 7.9), ((string)corrected[0]!["name"]!, (double)corrected[0]!["value"]!));
        Assert.AreEqual(1 + 4 + 4 + 16 + 4 + 4 + 1, corrected.Count);
        Assert.AreEqual(corrected.Count, run.Json["windows"]![0]!["values"]!.AsArray().Count);
        CommandRun.InProcess("score", "--archive", Folder.File("archive"), "--analyses", Folder.File("tracked")).Succeeded();
        var shown = Track("model", "--set", "warmUp=10").Succeeded().Output;
        Assert.Contains("root mean squares of weights' departures", shown);
        Assert.Contains("third.weight", shown);
        Assert.DoesNotContain("third.weight.1", shown);
    }

    [TestMethod]
    public void WhatIsMeantTwiceOrIsNoNumberIsRefused()
    {
        Track("without").Failed(ExitCodes.ModelMismatch, "--set tracked");
        Track("model", "--parameters", "*=0.1", "--set", "deviations=[1]").Failed(ExitCodes.Usage, "--set deviations");
        Track("model", "--set", "parameters=[]").Failed(ExitCodes.Usage, "--set parameters");
        Track("model", "--parameters", "*=0,5").Failed(ExitCodes.Usage, "NAME=DEVIATION, got '*=0,5'");
        Track("model", "--parameters", "*=NaN").Failed(ExitCodes.Usage, "NAME=DEVIATION, got '*=NaN'");
        Track("model", "--parameters", "F", "--set", "system=lorenz96:size=8").Failed(ExitCodes.Usage, "model");
        Track("model", "--system", "lorenz96:size=8").Failed(ExitCodes.Usage, "--system");
        CommandRun.InProcess("track", "--archive", Folder.File("archive")).Failed(ExitCodes.Usage, "--parameters");
        CommandRun.InProcess("estimate", "--archive", Folder.File("archive"), "--parameters", "F=7", "h1.*", "--likelihood")
            .Failed(ExitCodes.Usage, "(F)", "h1.*");
        CommandRun.InProcess("serve", "--model", Folder.File("without"), "--port", "0", "--track", "*").Failed(ExitCodes.ModelMismatch, "--set tracked");
        CommandRun.InProcess("serve", "--model", Folder.File("model"), "--port", "0", "--track", "F", "--set", "system=lorenz96:size=8")
            .Failed(ExitCodes.Usage, "model");
    }

    private static CommandRun Track(string model, params string[] options) =>
        CommandRun.InProcess(["track", "--archive", Folder.File("archive"), "--model", Folder.File(model), .. options]);
}
