using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Tests.Inference;

/// <summary>Every folder in models/ is what its card says.</summary>
[TestClass]
public sealed class ReleasedModelTests
{
    private const string AnalysisError = "analysis RMSE";

    public static IEnumerable<object[]> Folders =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "models")).Order(StringComparer.Ordinal).Select(f => new object[] { f });

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void OnnxRuntimeAgreesWithLibTorch(string folder) =>
        Assert.IsTrue(ReferenceCheck.Run(folder).Values.All(difference => difference <= ReferenceCheck.Tolerance), folder);

    // The demo prints a standard deviation of 3 % over records of 1000 steps; these are shorter.
    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void AFreshRecordIsAnalyzedAsWellAsTheCardSays(string folder)
    {
        using var model = OnnxModel.Open(folder);
        var (card, on) = (model.Card, model.Card.ScoredOn!);
        var isLarge = card.Layout.Size > 1000; // and so many entries make up for steps
        var twin = new TwinExperiment
        {
            System = on.System!, Operator = on.Operator, ObservingNetwork = on.ObservingNetwork!, Sigma = on.Sigma!.Value, StepLength = card.StepLength,
            TrajectoryCount = isLarge ? 1 : 2, StepCount = (isLarge ? 60 : 300) + (2 * card.HalfWidth), Seed = 77,
        };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var analyses = new NetworkMethod(new AnalysisContext(archive, model), new NetworkMethod.Options()).Analyze(archive);
        var scores = TruthScoring.Score(analyses, twin.Truth(), archive, new ScoreRequest { Margin = card.HalfWidth });
        Assert.AreEqual(card.Scores[AnalysisError], scores.First(s => s.Score == RootMeanSquareError.Name).Value, 0.12 * card.Scores[AnalysisError], folder);
    }
}
