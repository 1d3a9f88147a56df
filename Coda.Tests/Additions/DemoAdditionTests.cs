using Coda.Cli;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Reports;

namespace Coda.Tests.Additions;

/// <summary>A demo, one file outside the product, is found and run from observations to maps of analyses and forecasts.</summary>
[TestClass]
public sealed class DemoAdditionTests
{
    [TestMethod]
    public void ADemoOnAFieldRunsFromObservationsToMaps()
    {
        using var folder = new TemporaryDirectory();
        var demo = CommandRun.InProcess("demo", "--experiment", "torus", "--threads", "1", "--output", folder.File("demo"), "--json").Succeeded().Json;
        CollectionAssert.AreEqual(new[] { "network", "letkf" }, demo["analyses"]!.AsArray().Select(a => (string)a!["method"]!).ToArray());
        Assert.HasCount(2, demo["forecasts"]!.AsArray());
        var report = ReportHtml.Read((string)demo["report"]!);
        Assert.Contains("<td>truth, 0</td>", report);
        Assert.Contains("x on its grid as it moves", report);
        Assert.Contains("Spectra and the resolved scale</h2>", report);
        Assert.Contains("Training</h2>", report);
        Assert.Contains("reused", CommandRun.InProcess(
            "demo", "--experiment", "torus", "--threads", "1", "--output", folder.File("demo")).Succeeded().Output);
    }

    [TestMethod]
    public void TheQuasiGeostrophicOceanIsSeenAlongTracks()
    {
        using var folder = new TemporaryDirectory();
        var demo = CommandRun.InProcess("demo", "--experiment", "quasi-geostrophic", "--quick", "--output", folder.File("demo"), "--json").Succeeded().Json;
        Assert.IsNull(demo["card"]);
        Assert.IsLessThan((double)demo["analyses"]![1]!["results"]![0]!["value"]!, (double)demo["analyses"]![0]!["results"]![0]!["value"]!);
        var report = ReportHtml.Read((string)demo["report"]!);
        Assert.Contains("psi on its grid as it moves", report);
        Assert.Contains(
            "--observing-network tracks --set observing-network.count=30 --step-length 1.25 --sigma 2", File.ReadAllText(folder.File("demo", "test", "archive.json")));
        Assert.Contains("older ones smaller", report);
        Assert.Contains("Error by lead</h2>", report);
    }

    [TestMethod]
    public void AReleasedModelIsTakenAndLeftAsItIs()
    {
        using var folder = new TemporaryDirectory();
        var card = Path.Combine(Repository.Root, "models", "lorenz96-small", "card.json");
        var before = File.ReadAllText(card);
        var demo = CommandRun.InProcess("demo", "--experiment", "released", "--quick", "--output", folder.File("demo"), "--json").Succeeded().Json;
        Assert.AreEqual("lorenz96-small", Path.GetFileName((string)demo["model"]!));
        Assert.IsLessThan(1, (double)demo["analyses"]![0]!["results"]![0]!["value"]!);
        Assert.IsFalse(Directory.Exists(folder.File("demo", "model")), "Nothing is trained.");
        Assert.AreEqual(before, File.ReadAllText(card));
    }

    [TestMethod]
    public void WhatCannotBeDemonstratedIsRefusedBeforeAnythingIsSimulated()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("demo", "--experiment", "released", "--output", folder.File("demo"))
            .Failed(ExitCodes.BadData, "expected the released model 'nobodys-model', got none of that name");
        CommandRun.InProcess("demo", "--experiment", "released", "--quick", "--steps", "5", "--output", folder.File("demo"))
            .Failed(ExitCodes.Usage, "--steps: expected a demo that trains a model, got 'released' (released: lorenz96-small)");
        CommandRun.InProcess("demo", "--experiment", "thorus", "--output", folder.File("demo")).Failed(ExitCodes.Usage, "torus");
        Assert.IsFalse(Directory.Exists(folder.File("demo", "training")));
        Assert.Contains("released: nobodys-model", CommandRun.InProcess("demo", "--list").Succeeded().Output);
    }
}
