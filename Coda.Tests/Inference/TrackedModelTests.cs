using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Cycles;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Inference;

/// <summary>A trained model with parameters and weights in its state, of every correction of the catalogue.</summary>
[TestClass]
public sealed class TrackedModelTests
{
    private const int Batch = 2;

    public static IEnumerable<object[]> Corrections => Correction.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Corrections))]
    public void WithoutDeparturesItIsTheTrainedModel(string correction)
    {
        using var folder = new TemporaryDirectory();
        using var model = Export(Model(correction), folder.Path);
        Assert.IsGreaterThan(0, ReferenceCheck.Run(folder.Path).Count(file => file.Key.StartsWith(ModelRoles.TrackedForecast, StringComparison.Ordinal)));
        using var tracked = new TrackedModel(Context(model), new());
        using var hybrid = new HybridModel(model);
        var (states, next, expected) = (States(hybrid), new float[Batch * tracked.StateSize], new float[Batch * hybrid.StateSize]);
        tracked.Advance(Extended(states, new float[tracked.StateSize - hybrid.StateSize]), next, Batch);
        hybrid.Advance(states, expected, Batch);
        ExampleTwins.AssertClose(expected, Own(next, hybrid.StateSize), 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Corrections))]
    public void DeparturesAreThoseOfTheModelThatWasTrainedToThem(string correction)
    {
        using var folder = new TemporaryDirectory();
        using var other = new TemporaryDirectory();
        var trained = Model(correction);
        using var model = Export(trained, folder.Path);
        using var tracked = new TrackedModel(Context(model), new());
        var random = new CounterRandom(3);
        float[] departures = [.. Enumerable.Range(0, tracked.Parts.Sum(p => p.Size)).Select(_ => (float)(0.1 * random.NextGaussian()))];
        var (weights, parameters, at) = (trained.CorrectionWeights.ToDictionary(w => w.Key, w => w.Value.ToArray()), trained.Parameters.ToDictionary(), 0);
        foreach (var part in tracked.Parts)
        {
            for (var i = 0; i < part.Size; i++, at++)
            {
                if (weights.TryGetValue(part.Name, out var array))
                {
                    array[i] += (float)(part.Scale * departures[at]);
                }
                else
                {
                    parameters[part.Name] += part.Scale * departures[at];
                }
            }
        }

        using var moved = Export(trained.With<Correction>(weights) with { Parameters = parameters }, other.Path);
        using var hybrid = new HybridModel(moved);
        var (states, next, expected) = (States(hybrid), new float[Batch * tracked.StateSize], new float[Batch * hybrid.StateSize]);
        tracked.Advance(Extended(states, departures), next, Batch);
        hybrid.Advance(states, expected, Batch);
        ExampleTwins.AssertClose(expected, Own(next, hybrid.StateSize), 2e-5);
        CollectionAssert.AreEqual(departures, next[^departures.Length..]);
    }

    // The model's correction is noise and its forcing too small: the observations take both away.
    [TestMethod]
    public void ACorrectionThatIsWrongIsPutRightOnTheWay()
    {
        using var folder = new TemporaryDirectory();
        using var model = Export(Model("pointwise", width: 2) with { Parameters = new Dictionary<string, double> { ["F"] = 7 } }, folder.Path);
        var twin = TrainingExamples.Twin with { StepCount = 1500, TrajectoryCount = 1, Seed = 21 };
        var archive = twin.Archive();
        var windows = new List<ParameterWindowReport>();
        var options = new CycledSmoother.Options { WindowSteps = 10, WarmUp = 100, ModelErrorVariance = 1e-4 };
        var method = new CycledSmoother(new AnalysisContext(archive, model), options with { Parameters = ["*"] });
        var corrected = Score([.. method.Compute(archive, new AnalysisRequest { Workers = 1 }, windows.Add)]);
        var taken = Score([.. new CycledSmoother(new AnalysisContext(archive, model), options).Analyze(archive)]);
        Assert.IsLessThan(0.7 * taken, corrected);
        Assert.AreEqual(8, method.Layout.Size);
        var last = windows[^1];
        Assert.HasCount(last.Values.Count, method.Corrected);
        Assert.AreEqual("F", method.Corrected[0].Name);
        Assert.AreEqual(7, method.Corrected[0].Value);
        Assert.AreEqual(0, method.Corrected[^1].Value);
        StringAssert.Contains(method.Model, "third.weight");

        double Score(List<StateBlock> blocks) => TruthScoring.Report(
            blocks, twin.Truth(), archive, new ScoreRequest { Steps = new StepRange(750, 1500) }).Calibrations[0].RootMeanSquareError!.Value;
    }

    [TestMethod]
    public void WhatIsNotInItsStateIsRefused()
    {
        using var folder = new TemporaryDirectory();
        using var other = new TemporaryDirectory();
        using var model = Export(Model("pointwise"), folder.Path);
        using var without = Export(ModelExamples.Of(TrainingExamples.Corrected), other.Path);
        var archive = TrainingExamples.Record();
        Refused(model, "all that the trained model has in its state (F, first.weight, first.bias", "F");
        Refused(model, "or *, got G", "*", "G");
        Refused(model, "or *, got third.*", "*", "third.*");
        Assert.Contains("parameters=", Assert.Throws<ArgumentException>(() => new CycledSmoother(
            new AnalysisContext(archive, model), new() { ForecastModel = new Component("tracked") })).Message);
        var both = new CycledSmoother(new AnalysisContext(archive, model), new() { Parameters = ["*", "F"], Deviations = [0.1, 2] });
        Assert.AreEqual((2.0, 0.1), (both.Corrected[0].Deviation, both.Corrected[1].Deviation), "A name goes before a beginning.");
        Refused(without, "train it with --set tracked", "*");
        Assert.ThrowsExactly<ModelMismatchException>(
            () => new TrackedModel(new ForecastContext((TrainingExamples.Twin with { System = Ring(12) }).Describe(), model), new()));
        Assert.Contains("F, first.weight", Assert.ThrowsExactly<ArgumentException>(
            () => ModelExamples.Of(TrainingExamples.Corrected with { Tracked = ["fourth.*"] })).Message);
        Assert.Contains("Tracked", Assert.ThrowsExactly<ArgumentException>(
            () => ModelExamples.Of(TrainingExamples.Experiment with { Parameters = [], Tracked = ["*"] })).Message);

        void Refused(OnnxModel model, string expected, params string[] names) => Assert.Contains(expected, Assert.Throws<Exception>(
            () => new CycledSmoother(new AnalysisContext(archive, model), new() { Parameters = names })).Message);
    }

    private static Component Ring(int size) => new("lorenz96", new JsonObject { ["size"] = size });

    private static ForecastContext Context(OnnxModel model) => new(TrainingExamples.Twin.Describe(), model);

    private static TrainedModel Model(string correction, int? width = null) => ModelExamples.Of(TrainingExamples.Experiment with
    {
        Correction = new Component(correction, new JsonObject { ["width"] = width ?? 4 }), Tracked = ["*"],
    });

    private static OnnxModel Export(TrainedModel model, string folder)
    {
        ModelExport.Write(model, folder, "");
        return OnnxModel.Open(folder);
    }

    private static float[] States(ForecastModel model) => [.. Enumerable.Range(1, Batch).SelectMany(model.TypicalState).Select(x => (float)x)];

    private static float[] Extended(float[] states, float[] departures) => [.. states.Chunk(states.Length / Batch).SelectMany(s => s.Concat(departures))];

    private static float[] Own(float[] states, int size) => [.. states.Chunk(states.Length / Batch).SelectMany(s => s.Take(size))];
}
