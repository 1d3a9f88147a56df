using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda estimate</c> without a trained model.</summary>
[TestClass]
public sealed class FitCommandTests
{
    [TestMethod]
    public void AnalysesOfSomeTrajectoriesDoNotTakeThePlaceOfAll()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(
            "simulate", "--system", "lotka-volterra", "--trajectories", "2", "--steps", "60", "--step-length", "0.1", "--spin-up", "0", "--set",
            "errors=multiplicative", "sigma=0.1", "--output", folder.File("hares")).Succeeded();
        CommandRun.InProcess("estimate", "--archive", folder.File("hares"), "--trajectories", "1", "--analyses")
            .Failed(ExitCodes.Usage, "expected all 2 where the solution becomes the archive's analyses, got 1");
    }

    [TestMethod]
    public void EstimatesThatAreKeptAreWhatAnalysesAndForecastsUse()
    {
        using var folder = new TemporaryDirectory();
        var archive = Hares(folder);
        CommandRun.InProcess("estimate", "--archive", archive, "--parameters", "a=0.6", "--starts", "1", "--prior", "c=0.8", "--keep").Succeeded();
        var system = ParquetArchive.Open(archive).Description.System!;
        Assert.AreEqual(0.5, (double)system.Options!["a"]!, 0.03);
        Assert.AreEqual(0.8, (double)system.Options["c"]!);
        var analyzed = CommandRun.InProcess("analyze", "--archive", archive, "--method", "iterated-extended-smoother", "--json").Succeeded();
        Assert.Contains("(the archive's)", (string)analyzed.Json["note"]!["model"]!);
        CommandRun.InProcess("forecast", "--archive", archive, "--method", "simulator", "--from", "smoothed", "--leads", "0", "2", "--every", "1").Succeeded();
        using var result = ParquetArchive.Open(archive);
        Assert.IsTrue(result.ReadStates(ArchiveTable.Forecasts).All(block => block.States.ToArray().All(x => x > 0)));
    }

    [TestMethod]
    public void TheFittedSolutionCanBeTheAnalyses()
    {
        using var folder = new TemporaryDirectory();
        var archive = Hares(folder);
        CommandRun.InProcess("estimate", "--archive", archive, "--starts", "1", "--analyses").Succeeded();
        using var result = ParquetArchive.Open(archive);
        var analyses = result.ReadStates(ArchiveTable.Analyses).ToList();
        Assert.AreEqual(120, analyses.Sum(block => block.Count));
        var note = result.Description.NoteOf(ArchiveTable.Analyses);
        Assert.AreEqual((120L, "fit of lotka-volterra"), (note.LookAhead!.Value, note.Model));
        var score = CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded().Json["scores"]![0]!;
        Assert.IsInRange(0.5, 2, (double)score["calibrations"]![0]!["ratio"]!);
    }

    [TestMethod]
    public void OptimalInterpolationSaysWhyItCannotReadCountsWithAdditiveErrors()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(
            "simulate", "--system", "sir", "--trajectories", "1", "--steps", "60", "--step-length", "0.1", "--spin-up", "0", "--output", folder.File("sir"))
            .Succeeded();
        CommandRun.InProcess("analyze", "--archive", folder.File("sir"), "--method", "space-time-optimal-interpolation")
            .Failed(ExitCodes.Usage, "got fields with bounds whose errors are not multiplicative");
    }

    [TestMethod]
    public void TheJsonHasNumbersSharesAndCorrelations()
    {
        using var folder = new TemporaryDirectory();
        var run = CommandRun.InProcess("estimate", "--archive", Hares(folder), "--system", "lotka-volterra:a=0.6", "--starts", "1", "--json").Succeeded();
        var parameter = run.Json["parameters"]![0]!;
        Assert.AreEqual(("a", 0.6, true), ((string)parameter["name"]!, (double)parameter["start"]!, (bool)parameter["isDetermined"]!));
        Assert.IsLessThan(0.1, (double)parameter["shareOfPrior"]!);
        Assert.AreEqual(1, (double)run.Json["correlations"]![0]![0]!);
        Assert.AreEqual(0.1, (double)run.Json["sigma"]!, 0.02);
    }

    [TestMethod]
    public void TheTableStandsInEightyColumns()
    {
        using var folder = new TemporaryDirectory();
        var run = CommandRun.InProcess("estimate", "--archive", Hares(folder), "--starts", "1").Succeeded();
        foreach (var line in run.Output.Split('\n').Where(line => !line.StartsWith("system", StringComparison.Ordinal)))
        {
            Assert.IsLessThanOrEqualTo(80, line.TrimEnd().Length, line);
        }

        Assert.Contains("initial predator", run.Output);
    }

    [TestMethod]
    public void WhatTheObservationsDoNotDetermineIsAWarning()
    {
        using var folder = new TemporaryDirectory();
        var archive = Hares(folder, "--operator", """{"name":"site-selection","options":{"sites":[1]}}""");
        var run = CommandRun.InProcess("estimate", "--archive", archive, "--starts", "1", "--strict");
        Assert.AreEqual(ExitCodes.Warned, run.ExitCode);
        Assert.Contains("The observations do not determine d", run.Output.ReplaceLineEndings(" "));
    }

    [TestMethod]
    [DataRow("--prior", "a=1:x", "--prior: expected NAME=NUMBER, got 'a=x'")]
    [DataRow("--parameters", "a", "--parameters: expected NAME=NUMBER, got 'a'")]
    [DataRow("--prior", "q=1", "name: expected one of a, b, c, d, prey, predator, got 'q'")]
    [DataRow("--initial-time", "1", "InitialStep: expected at most 0, the record's first step, got 5")]
    [DataRow("--starts", "0", "StartCount: expected at least 1, got 0")]
    [DataRow("--system", "lorenz63", "expected fields that are greater than 0, got x")]
    public void WhatCannotBeIsRefused(string option, string value, string said)
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("estimate", "--archive", Hares(folder), option, value).Failed(ExitCodes.Usage, said);
    }

    private static string Hares(TemporaryDirectory folder, params string[] more)
    {
        CommandRun.InProcess(
        [
            "simulate", "--system", "lotka-volterra", "--trajectories", "1", "--steps", "120", "--step-length", "0.2", "--spin-up", "0", "--withhold", "0",
            "--sigma", "0.1", "--set", "errors=multiplicative", "--output", folder.File("hares"), .. more,
        ]).Succeeded();
        return folder.File("hares");
    }
}
