using Coda.Data.Archives;
using Coda.Inference.Assimilation;
using Coda.Samples.EventPrediction;

namespace Coda.Tests.Pipelines;

/// <summary>What README and samples show runs.</summary>
[TestClass]
public sealed class ReadmePipelineTests
{
    [TestMethod]
    public void TheReadmesPipelineRunsAndLoads()
    {
        using var example = new PipelineExample();
        using var archive = example.Observations();
        archive.WriteStates(ArchiveTable.Analyses, new NetworkMethod(new AnalysisContext(archive, example.Model), new()).Analyze(archive));
        var regimes = ReadmePipeline.Run(archive.Path, example.ModelFolder, example.File("pipeline.zip"));
        Assert.HasCount(180, regimes);
        CollectionAssert.AreEquivalent(new uint[] { 1, 2, 3, 4 }, regimes.Distinct().ToArray());
    }

    [TestMethod]
    public void EventsArePredictedBetterFromAnalysesThanFromObservations()
    {
        using var example = new PipelineExample();
        Directory.CreateDirectory(example.File("events"));
        var experiment = new Experiment(Path.Combine(Repository.Root, "models", "lorenz96"), example.File("events"), trajectories: 16);
        var scores = experiment.Run().ToDictionary(s => s.Features);
        Assert.AreEqual(480, experiment.TestRows);
        Assert.AreEqual((8080, 40, 80), (scores["raw observations"].Length, scores["analyses"].Length, scores["analyses and forecasts"].Length));
        Assert.IsGreaterThan(scores["raw observations"].Auc + 0.1, scores["analyses and forecasts"].Auc);
        Assert.IsGreaterThan(scores["raw observations"].AveragePrecision + 0.2, scores["analyses and forecasts"].AveragePrecision);
        Assert.IsGreaterThan(0.85, scores["analyses and forecasts"].Auc);
    }
}
