using System.Text.Json.Nodes;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Additions;

/// <summary>Every learned system from the command line, on an archive of a system that is one file outside the product.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LearnedSystemsTests
{
    private const string Own = "damped-lorenz96";
    private const string AutoEncoder =
        "autoEncoder.network={\"name\":\"convolutional\",\"options\":{\"size\":6,\"stride\":4,\"patch\":2,\"width\":6,\"blocks\":1,\"kernel\":3}} "
            + "autoEncoder.method=enks:members=10,lag=10,inflation=1.05 autoEncoder.spinUpSteps=10 integrator=runge-kutta4";

    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext _) => Coda(
        "simulate", "--system", Own, "--step-length", "0.05", "--set", "observing-network.fraction=0.7", "--trajectories", "12", "--steps", "80",
        "--output", In("archive"));

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow("cycle", "sakov2008-cycle",
        "cycle.network={\"name\":\"local-gain\",\"options\":{\"members\":3,\"reach\":2,\"memory\":2,\"width\":6,\"blocks\":1}} cycle.length=4 "
            + "cycle.method=enks:members=10,lag=10,inflation=1.05")]
    [DataRow("latent-three-dvar", "kuramoto-sivashinsky-latent", AutoEncoder)]
    [DataRow("latent-four-dvar:windowSteps=10,stride=5", "kuramoto-sivashinsky-latent", AutoEncoder)]
    [DataRow("three-dvar", "goodliff-miyoshi",
        "emulator.network=lstm:width=3,layers=1 emulator.method=three-dvar emulator.cycles=2 emulator.length=4 emulator.laterSteps=2 emulator.spinUpSteps=5")]
    [DataRow("network", "lorenz96", "network=variational-solver:halfWidth=8,iterations=2,width=6,memory=2,kernel=3,prior=simulator rolloutLength=4 parameters=[]")]
    public void WhatIsTrainedIsAnalyzedScoredAndInspected(string method, string experiment, string set)
    {
        var name = method.Split(':')[0];
        var (model, analyses) = (In($"{name}-model"), In($"{name}-analyses"));
        Coda(
        [
            "train", "--archive", In("archive"), "--experiment", experiment, "--steps", "3", "--threads", "1", "--set", $"system={Own}", "batchSize=4",
            "warmUpSteps=1", "validationInterval=3", "checkpointInterval=3", .. set.Split(' '), "--output", model,
        ]);
        Coda("analyze", "--archive", In("archive"), "--model", model, "--method", method, "--trajectories", "0..3", "--steps", "0..60", "--output", analyses);
        Coda("score", "--archive", In("archive"), "--analyses", analyses);
        Coda("inspect", model);
    }

    [TestMethod]
    public void HiddenVariablesAreLearnedAndFiltered()
    {
        var hidden = $$$"""{"name":"hidden-forcing","options":{"system":"{{{Own}}}","forced":["x[0]"],"drivers":["x[0]"]}}""";
        var run = Coda(
            "estimate", "--archive", In("archive"), "--system", hidden, "--parameters", "h1.*", "--likelihood", "--trajectories", "2", "--window", "40", "--json");
        var learned = JsonNode.Parse(run.Output)!["result"]!["system"]!.ToJsonString();
        Coda(
            "analyze", "--archive", In("archive"), "--method", "etkf", "--set", "members=10", $"system={learned}", "--trajectories", "0..2",
            "--output", In("hidden"));
    }

    [TestMethod]
    public void ParametersAreFollowed() => Coda(
        "track", "--archive", In("archive"), "--system", $"{Own}:forcing=8", "--parameters", "F=1", "d=0.2", "--output", In("online"));

    [TestMethod]
    public void SamplesOfThePosteriorAreCompared()
    {
        Coda(
            "simulate", "--system", $"{Own}:size=4", "--step-length", "0.05", "--sigma", "2", "--set", "observing-network.fraction=1", "--trajectories", "1",
            "--steps", "40", "--output", In("small"));
        foreach (var (name, method) in new[] { ("polishes", "randomized-maximum-likelihood"), ("particles", "particle-filter") })
        {
            string[] size = name == "polishes" ? ["members=4"] : ["particles=2000"];
            Coda(
            [
                "analyze", "--archive", In("small"), "--method", method, "--set", .. size, "--members", "4", "--every", "0.5",
                "--output", In(name),
            ]);
        }

        Coda("distance", "--reference", In("particles"), "--analyses", In("polishes"), "--steps", "0..31");
    }

    private static string In(string name) => Folder.File(name);

    private static CommandRun Coda(params string[] words)
    {
        var run = CommandRun.InProcess(words);
        run.Succeeded();
        return run;
    }
}
