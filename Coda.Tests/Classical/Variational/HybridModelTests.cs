using Coda.Classical.Variational;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>Gauss-Newton through a trained model's forecast.onnx and tangent.onnx.</summary>
[TestClass]
public sealed class HybridModelTests
{
    [TestMethod]
    public void TheTangentFileIsTheDerivativeOfTheSimulatorInIt()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, size: 20);
        using var onnx = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(size: 20).Archive();
        using var hybrid = LinearizedModel.Of(new AnalysisContext(archive, onnx), new ThreeDVar.Options()).StartModel();
        var simulator = LinearizedModel.Of(new AnalysisContext(archive), new ThreeDVar.Options());
        using var expected = simulator.StartModel();
        double[] states = [.. simulator.TypicalState(1), .. simulator.TypicalState(2)];
        hybrid.Evaluate(states, 2);
        expected.Evaluate(states, 2);
        for (var i = 0; i < 2 * 20 * 20; i++)
        {
            var (index, row, column) = (i / 400, i / 20 % 20, i % 20);
            Assert.AreEqual(expected.Value(index)[row], hybrid.Value(index)[row], 1e-4);
            var (wanted, got) = (expected.ColumnsOf[row].Contains(column), hybrid.ColumnsOf[row].Contains(column));
            Assert.AreEqual(wanted, got, $"({row}, {column})");
            Assert.AreEqual(wanted ? expected.Entry(index, row, column) : 0, got ? hybrid.Entry(index, row, column) : 0, 1e-5);
        }
    }

    [TestMethod]
    public void ThePolishTakesTheModelErrorOfTheCard()
    {
        using var folder = new TemporaryDirectory();
        CodaJson.Write(Path.Combine(folder.Path, ModelFolder.Card), ExampleModels.Write(folder.Path) with { ModelErrorVariance = 5e-4 });
        using var onnx = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(steps: 60, trajectories: 1, fraction: 0.7).Archive();
        var context = new AnalysisContext(archive, onnx);
        Assert.AreEqual(5e-4, Variance(new() { HasSpread = false }));
        Assert.AreEqual(2e-4, Variance(new() { HasSpread = false, ModelErrorVariance = 2e-4 }));
        Assert.AreEqual(1e-6, Variance(new() { HasSpread = false, System = archive.Description.System }));

        double Variance(PolishedMethod.Options options)
        {
            var reports = new List<StretchReport>();
            _ = new PolishedMethod(context, options).Analyze(archive, null, reports.Add).Count();
            Assert.IsTrue(reports.Single().IsSound, $"{reports[0]}");
            return reports[0].ModelErrorVariance;
        }
    }

    [TestMethod]
    public void ATrainedModelIsThePolishingModelAndItsNetworkTheFirstGuess()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var onnx = OnnxModel.Open(folder.Path);
        var twin = ExampleTwins.Lorenz96(steps: 150, fraction: 0.7);
        var archive = twin.Archive();
        var context = new AnalysisContext(archive, onnx);
        var method = new PolishedMethod(context, new() { StretchLength = 60, Overlap = 30 });
        var reports = new List<StretchReport>();
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }, reports.Add).Values();
        CollectionAssert.AreEqual(alone, method.Analyze(archive, new AnalysisRequest { Workers = 2 }).Values());
        Assert.HasCount(2 * 150 * 8, alone);
        Assert.HasCount(6, reports);
        Assert.IsTrue(reports.Zip(reports.Skip(1)).All(p => p.First.Trajectory < p.Second.Trajectory || p.First.Steps.End == p.Second.Steps.Start));

        // The example's network is not trained: a bad first guess, from which most stretches still find the way.
        var errors = alone.Zip(twin.Truth().Values(), (a, b) => Math.Abs(a - b)).Order().ToArray();
        Assert.IsLessThan(0.3, errors[errors.Length / 2], string.Join('\n', reports));
    }
}
