using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Interpretations;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Networks that read the standard deviation of each observation's error.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ObservationErrorTests
{
    public static IEnumerable<object[]> Contexts => [[NetworkExamples.Aligned], [NetworkExamples.Sparse], [NetworkExamples.Components]];

    [TestMethod]
    [DynamicData(nameof(Contexts))]
    public void EveryInterpretationAndFormReadsThem(AssimilationContext context)
    {
        var network = Make(context, readsSigma: true);
        Assert.AreEqual((true, 3), (network.ReadsSigma, network.InputChannels));
        var (weights, window) = (NetworkExamples.Weights(network.WeightDefinitions), Window(context, network.HalfWidth, seed: 5));
        var (ofWindow, ofStretch) = (weights.With("window", window), weights.With("stretch", window with { Shape = window.Shape[1..], SymbolicAxis = 1 }));
        foreach (var isState in new[] { true, false })
        {
            var expected = Interpret.OnTorch(new SpreadFormula(network, IsState: isState), ofWindow);
            Agree.Within(1e-4, expected, Interpret.OnOnnx(new SpreadFormula(network, IsState: isState), ofWindow), "ONNX Runtime, windows");
            Agree.Within(1e-4, expected, Interpret.OnTorch(new SpreadFormula(network, IsStretch: true, IsState: isState), ofStretch), "LibTorch, stretch");
            Agree.Within(1e-4, expected, Interpret.OnOnnx(new SpreadFormula(network, IsStretch: true, IsState: isState), ofStretch), "ONNX Runtime, stretch");
        }
    }

    [TestMethod]
    public void AtTheErrorOfTrainingTheStatesAreThoseOfANetworkThatDoesNotReadIt()
    {
        var context = NetworkExamples.Aligned with { Sigma = 0.7 };
        var (reading, blind) = (Make(context, readsSigma: true), Make(context, readsSigma: false));
        var (weights, two) = (NetworkExamples.Weights(reading.WeightDefinitions), Window(context, reading.HalfWidth, seed: 5, sigma: 0.7));
        var size = two.Values.Length / 3;
        var plain = new Operand(two.Values[..(2 * size)], 1, 2, (2 * reading.HalfWidth) + 1, context.SiteCount) { SymbolicAxis = 0 };
        var expected = Interpret.OnTorch(new AnalysisFormula(blind), weights.With("window", plain));
        Agree.Within(1e-5, expected, Interpret.OnTorch(new AnalysisFormula(reading), weights.With("window", two)), "at the error of training");
        var other = Interpret.OnTorch(new AnalysisFormula(reading), weights.With("window", Window(context, reading.HalfWidth, seed: 5, sigma: 2)));
        Assert.IsGreaterThan(0.01, expected.Values.Zip(other.Values, (a, b) => Math.Abs(a - b)).Max(), "expected other states for other errors");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AnArchivesErrorsReachTheNetworkWhetherCommonOrOwn(bool isStretch)
    {
        using var folder = new TemporaryDirectory();
        ModelExport.Write(Model(), folder.Path, "coda train");
        using var model = OnnxModel.Open(folder.Path);
        Assert.IsTrue(model.Card.ReadsSigma);
        Assert.AreEqual(1, ReferenceCheck.Run(folder.Path).Count(file => file.Key == GraphFiles.Analysis));

        var record = TrainingExamples.Record(TrainingExamples.Twin with { Sigma = 2 });
        var own = new MemoryArchive(
            record.Description with { Sigma = null }, Enumerable.Range(0, 2).Select(t => WithSigma(record.ReadObservations(t, record.Description.Steps), 2)));
        var unknown =
            new MemoryArchive(record.Description with { Sigma = null }, Enumerable.Range(0, 2)
                .Select(t => record.ReadObservations(t, record.Description.Steps)));
        float[] Analyze(IObservationArchive archive)
        {
            var method =
                new NetworkMethod(new AnalysisContext(archive, model),
                    new NetworkMethod.Options { Form = isStretch ? NetworkForm.Stretch : NetworkForm.Window });
            return [.. method.Analyze(archive).SelectMany(block => block.States.ToArray())];
        }

        CollectionAssert.AreEqual(Analyze(record), Analyze(own), "expected the archive's error to be that of every row");
        CollectionAssert.AreNotEqual(Analyze(record), Analyze(unknown), "expected the error of training, 1, where the archive names none");
    }

    [TestMethod]
    [DataRow(1.0, 0.5, "")]
    [DataRow(3.0, 0.5, "outside-training: observation errors of 3, trained for 0.5 to 2")]
    [DataRow(1.0, 0.05, "outside-training: 5.02 % of sites and steps observed, trained for 40 to 60 %")]
    [DataRow(null, 0.5, "unknown-errors: ")]
    public void WhatANetworkWasNotTrainedForIsSaid(double? sigma, double fraction, string expected)
    {
        using var folder = new TemporaryDirectory();
        ModelExport.Write(Model() with { TrainedFor = new(0.5, 2, 0.4, 0.6, 20, 0) }, folder.Path, "coda train");
        using var model = OnnxModel.Open(folder.Path);
        var twin = TrainingExamples.Twin with { Sigma = sigma ?? 1,
            ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = fraction }) };
        var record = TrainingExamples.Record(twin);
        var archive = new MemoryArchive(
            record.Description with { Sigma = sigma }, Enumerable.Range(0, 2).Select(t => record.ReadObservations(t, record.Description.Steps)));
        var warnings = new ResultWarnings();
        var method = new NetworkMethod(new AnalysisContext(archive, model), new NetworkMethod.Options());
        Assert.AreEqual(600, method.Analyze(archive, new AnalysisRequest { Warnings = warnings }).Sum(block => block.Count));
        var said = string.Join("; ",
            warnings.All.Select(w => $"{w.Kind}: {w.Message.Replace("Model 'time-channel' meets what it was not trained for: ", "")}"));
        Assert.AreEqual(expected.Length > 0, said.Length > 0, said);
        Assert.StartsWith(expected, said);
    }

    // Networks that were exported before their spread was bounded gave many times what one knows without observing.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void NoSpreadIsLargerThanTheClimatologys(bool isStretch)
    {
        using var folder = new TemporaryDirectory();
        var card = ModelExport.Write(Model(), folder.Path, "coda train");
        CodaJson.Write(folder.File(ModelFolder.Card), card with { ClimatologyDeviation = [.. card.ClimatologyDeviation.Select(_ => 0.125)] });
        using var model = OnnxModel.Open(folder.Path);
        var record = TrainingExamples.Record();
        var method =
            new NetworkMethod(new AnalysisContext(record, model), new NetworkMethod.Options { Form = isStretch ? NetworkForm.Stretch : NetworkForm.Window });
        Assert.AreEqual(0.125f, method.Analyze(record).Max(block => block.Spread!.Value.ToArray().Max()));
    }

    [TestMethod]
    public void TrainingGoesOnFromTheWeightsOfAModel()
    {
        using var folder = new TemporaryDirectory();
        var (model, archive) = (Model(), TrainingExamples.Record());
        ModelExport.Write(model, folder.Path, "coda train");
        var start = ModelWeights.Read(folder.Path, model.Experiment, archive.Description);
        foreach (var (name, weights) in model.NetworkWeights)
        {
            CollectionAssert.AreEqual(weights, start.NetworkWeights[name], name);
        }

        Assert.AreEqual(model.Parameters["F"], start.Parameters["F"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(
                () => ModelWeights.Read(folder.Path, model.Experiment with { System = new Component("lorenz63") }, archive.Description)).Message,
            "expected an experiment of its system lorenz96 {\"size\":8}, got lorenz63");
        File.Delete(folder.File(ModelFolder.Weights));
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(
                () => ModelWeights.Read(folder.Path, model.Experiment, archive.Description)).Message, "the weights to start from");
    }

    [TestMethod]
    public void WindowsAreDrawnOverTheWholeRangeOfSettings()
    {
        const int sites = 40, steps = 101;
        var range = new Coda.Training.Experiments.SettingsRange { LeastSigma = 0.5, LargestSigma = 3, LeastDensity = 0.05, LargestDensity = 0.5,
            LargestHole = 8, LongestGap = 60 };
        var (settings, description) = (new DrawnSettings(range, sigma: 2), new TwinExperiment { StepCount = steps }.Describe());
        var (densities, errors, holes, gaps, unequal) = (new List<double>(), new List<double>(), new List<int>(), new List<long>(), 0);
        for (var draw = 0; draw < 300; draw++)
        {
            var stretch = new ObservationStretch(0, new(0, steps), sites) { Sigma = new float[steps * sites] };
            var random = new CounterRandom(1, draw);
            settings.Draw(stretch.Mask, stretch.Sigma, sites, ref random);
            var archive = new MemoryArchive(description, [stretch]);
            var found = ObservingSettings.Of(archive, 1);
            densities.Add(found.LeastDensity);
            holes.Add(found.LargestHole);
            gaps.Add(found.LongestGap);
            if (found.LeastDensity > 0)
            {
                errors.AddRange([found.LeastSigma, found.LargestSigma]);
                unequal += found.LeastSigma < found.LargestSigma ? 1 : 0;
            }
        }

        Assert.IsTrue(densities.Min() < 0.03 && densities.Max() is > 0.4 and < 0.65, $"densities {densities.Min()} to {densities.Max()}");
        Assert.IsTrue(errors.Min() is >= 0.99 and < 1.2 && errors.Max() is > 5 and < 6.01, $"errors {errors.Min()} to {errors.Max()}");
        Assert.AreEqual(0.2, unequal / 300.0, 0.08);
        Assert.IsGreaterThan(15, holes.Count(hole => hole == 0));
        Assert.IsGreaterThan(1, holes.Count(hole => hole == 8));
        Assert.IsGreaterThan(8, gaps.Count(gap => gap > 40));
    }

    private static AssimilationNetwork Make(AssimilationContext context, bool readsSigma) => AssimilationNetwork.Catalog.Create(
        new Component("time-channel", new JsonObject
        {
            ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 2, ["kernel"] = 3, ["hasSpread"] = true, ["spreadReadsInput"] = readsSigma, ["readsSigma"] =
                readsSigma,
        }),
        context);

    private static TrainedModel Model()
    {
        var model = ModelExamples.With("time-channel", null);
        var network = Make(model.Context, readsSigma: true);
        return model with
        {
            Experiment = model.Experiment with
            {
                Network = new Component("time-channel", new JsonObject
                {
                    ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 2, ["kernel"] = 3, ["hasSpread"] = true, ["spreadReadsInput"] = true, ["readsSigma"] = true,
                }),
            },
            Parts = [ModelExamples.Part(RolloutStage.Network, network, seed: 1)],
        };
    }

    private static Operand Window(AssimilationContext context, int halfWidth, ulong seed, double? sigma = null)
    {
        var (times, sites) = ((2 * halfWidth) + 1, context.SiteCount);
        var two = NetworkExamples.Observations(1, times, sites, seed);
        var random = new CounterRandom(seed + 1);
        double[] errors = [.. two.Values[(times * sites)..].Select(mask => mask * (sigma ?? Math.Exp(random.NextGaussian())))];
        return new Operand([.. two.Values, .. errors], 1, 3, times, sites) { SymbolicAxis = 0 };
    }

    private static ObservationStretch WithSigma(ObservationStretch stretch, float sigma)
    {
        var own = new ObservationStretch(stretch.Trajectory, stretch.Steps, stretch.SiteCount) { Sigma = [.. stretch.Mask.Select(mask => mask * sigma)] };
        stretch.Values.CopyTo(own.Values, 0);
        stretch.Mask.CopyTo(own.Mask, 0);
        return own;
    }
}
