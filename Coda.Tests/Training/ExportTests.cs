using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Graphs;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;
using Coda.Training.Export;
using Coda.Training.Networks;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Tests.Training;

/// <summary>Exported models: what the card says is what the files hold, and what they compute is what was trained.</summary>
[TestClass]
public sealed class ExportTests
{
    // Of the models that several tests read and none changes.
    private static readonly Dictionary<(string Network, string? Correction), TemporaryDirectory> Exports = [];

    public static IEnumerable<object[]> Models =>
        from network in AssimilationNetwork.Catalog.Names
        from correction in Correction.Catalog.Names.Append(null)
        select new object[] { network, correction! };

    [ClassCleanup]
    public static void Remove()
    {
        foreach (var folder in Exports.Values)
        {
            folder.Dispose();
        }
    }

    [TestMethod]
    public void AModelThatDivergedIsNotExported()
    {
        using var folder = new TemporaryDirectory();
        var model = ModelExamples.With("time-channel", null);
        _ = ModelExport.Write(model, folder.Path, "coda train");
        var before = File.ReadAllText(folder.File(ModelFolder.Card));
        var weights = model.NetworkWeights.ToDictionary(w => w.Key, w => (float[])w.Value.Clone());
        weights.Values.First()[0] = float.NaN;
        foreach (var diverged in new[] { model.With<AssimilationNetwork>(weights), model with { Validation = double.NaN },
            model with { Parameters = new Dictionary<string, double> { ["F"] = double.NaN } } })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<DivergenceException>(() => ModelExport.Write(diverged, folder.Path, "coda train")).Message, "nothing was exported");
        }

        Assert.AreEqual(before, File.ReadAllText(folder.File(ModelFolder.Card)), "The model that was there stays.");
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void TheCardNamesEveryFileAndItsTensors(string network, string? correction)
    {
        var (folder, model) = (Exported(network, correction), ModelExamples.With(network, correction));
        var card = ModelFolder.ReadCard(folder.Path);
        Assert.AreEqual((network, 8, 4, 0.02, "coda train", 1.0), (card.Name, card.SiteCount, card.HalfWidth, card.StepLength, card.Command, card.Sigma));
        Assert.AreEqual(7.9, card.Parameters["F"]);
        CollectionAssert.AreEqual(new[] { "F" }, card.TrainedParameters.ToArray());
        CollectionAssert.AreEqual(model.Context.Climatology.Mean, card.ClimatologyMean.ToArray());
        Assert.AreEqual(correction, card.Correction?.Name);
        card.Require(TrainingExamples.Record().Description);
        CollectionAssert.AreEquivalent(
            (string[])[.. card.Files.Keys, ModelFolder.Card, ModelFolder.Reference, ModelFolder.Weights, ModelReadme.FileName], Directory.GetFiles(folder.Path)
                .Select(Path.GetFileName).ToArray());
        Assert.AreEqual(correction is not null, card.Files.ContainsKey(GraphFiles.Correction));
        Assert.AreEqual(model.Network is IStretchNetwork, card.Files.ContainsKey(GraphFiles.AnalysisStretch));
        foreach (var (name, file) in card.Files)
        {
            using var session = new InferenceSession(folder.File(name));
            CollectionAssert.AreEquivalent(file.Inputs.Keys.ToArray(), session.InputMetadata.Keys.ToArray(), name);
            CollectionAssert.AreEquivalent(file.Outputs.Keys.ToArray(), session.OutputMetadata.Keys.ToArray(), name);
            foreach (var (tensor, metadata) in session.InputMetadata.Concat(session.OutputMetadata))
            {
                Assert.AreEqual(typeof(float), metadata.ElementType);
                var written = (file.Inputs.TryGetValue(tensor, out var axes) ? axes : file.Outputs[tensor]).Split(", ");
                Assert.HasCount(metadata.Dimensions.Length, written);
                foreach (var (axis, length) in metadata.Dimensions.Index().Select(p => (written[p.Index], p.Item)))
                {
                    Assert.IsTrue(length < 0 ? !int.TryParse(axis, out _) : axis == $"{length}", $"{name}, {tensor}: {axis} against {length}");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void OnnxRuntimeGivesTheReferenceThatLibTorchLeft(string network, string? correction)
    {
        var folder = Exported(network, correction);
        var (arrays, metadata) = TensorFile.Read(folder.File(ModelFolder.Reference));
        var batch = int.Parse(metadata["batch"]);
        Operand Reference(string name, params int[] shape) => new(Array.ConvertAll(arrays[name], v => (double)v), shape);
        var state = Reference(ModelFolder.State, batch, 8);
        Agree.Within(1e-4, state,
            Run(folder, GraphFiles.Analysis, (ModelFolder.Observations, Reference(ModelFolder.Observations, batch, 2, 9, 8)))[ModelFolder.State], "analysis");
        Agree.Within(
            1e-4, Reference(ModelFolder.NextState, batch, 8), Run(folder, GraphFiles.Forecast, (ModelFolder.State, state))[ModelFolder.NextState], "forecast");
        if (correction is not null)
        {
            Agree.Within(1e-4, Reference(ModelFolder.MissingTendency, batch, 8),
                Run(folder, GraphFiles.Correction, (ModelFolder.State, state))[ModelFolder.MissingTendency], "correction");
            Assert.Contains(GraphFiles.Correction, Coda.Inference.Sessions.ReferenceCheck.Run(folder.Path).Keys);
        }

        Assert.IsTrue(arrays[ModelFolder.Observations].Count(v => v != 0) > 50);
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void TheTangentIsTheDerivativeOfTheForecast(string network, string? correction)
    {
        var folder = Exported(network, correction);
        const int batch = 3, members = 4;
        var state = Operand.Gaussian(1, batch, 8).Plus(2.0, Operand.Gaussian(2, batch, 8));
        var perturbations = Operand.Gaussian(3, batch, members, 8);
        var result = Run(folder, GraphFiles.Tangent, (ModelFolder.State, state), (ModelFolder.Perturbations, perturbations));
        Agree.Within(1e-5, Forecast(state), result[ModelFolder.NextState], "next state");
        var tangents = result[ModelFolder.NextPerturbations];
        CollectionAssert.AreEqual(perturbations.Shape, tangents.Shape);
        for (var member = 0; member < members; member++)
        {
            Operand Member(Operand all) =>
                new([.. Enumerable.Range(0, batch).SelectMany(b => all.Values[(((b * members) + member) * 8)..(((b * members) + member + 1) * 8)])], batch, 8);
            const double step = 0.01;
            var (ahead, behind) = (Forecast(state.Plus(step, Member(perturbations))), Forecast(state.Plus(-step, Member(perturbations))));
            double[] expected = [.. ahead.Values.Zip(behind.Values, (a, b) => (a - b) / (2 * step))];
            Agree.Within(5e-3, expected, Member(tangents).Values, $"member {member}");
            Assert.IsGreaterThan(0.05, Agree.Norm(Member(tangents).Plus(-1, Member(perturbations))), "expected perturbations to change");
        }

        Operand Forecast(Operand from) => Run(folder, GraphFiles.Forecast, (ModelFolder.State, from))[ModelFolder.NextState];
    }

    [TestMethod]
    public void TheTangentOfAHybridIsThatOfDualNumbersForAnyNumberOfMembers()
    {
        var model = ModelExamples.With("time-channel");
        var formula = new HybridFormula(model.Simulator, model.Correction!, 1);
        var inputs = NetworkExamples.Weights(model.Correction!.WeightDefinitions, seed: 5)
            .With("state", ModerateStates.Of(model.Simulator.System, 2)).With("F", Operand.Scalar(7.9));
        using var stream = new MemoryStream();
        model.Graph(ModelRoles.Tangent).Write(stream, "");
        foreach (var members in new[] { 1, 7 })
        {
            var perturbations = Operand.Gaussian(3, 2, members, 8);
            var result =
                OnnxEvaluation.Once(stream.ToArray(),
                    new Dictionary<string, Operand> { [ModelFolder.State] = inputs["state"], [ModelFolder.Perturbations] = perturbations });
            var (value, tangent) = Interpret.OnDuals(
                formula, inputs.With("state", inputs["state"] with { Shape = [2, 1, 8] }), new Dictionary<string, Operand> { ["state"] = perturbations });
            Agree.Within(1e-4, value.Values, result[ModelFolder.NextState].Values, "state");
            Agree.Within(1e-4, tangent, result[ModelFolder.NextPerturbations], "perturbations");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void TheAdjointIsThatOfTheTapeOverBuffersAndTheTransposeOfTheTangent(string network, string? correction)
    {
        var (folder, model) = (Exported(network, correction), ModelExamples.With(network, correction));
        Assert.AreEqual(ModelRoles.Adjoint, ModelFolder.ReadCard(folder.Path).Files[GraphFiles.Adjoint].Role);
        var (state, direction, cotangent) = (ModerateStates.Of(model.Simulator.System, 3), Operand.Gaussian(3, 3, 8), Operand.Gaussian(4, 3, 8));
        var inputs = NetworkExamples.Weights(model.Correction?.WeightDefinitions ?? [], seed: 5).With("state", state).With("F", Operand.Scalar(7.9));
        IFormula formula = model.Correction is { } learned ? new HybridFormula(model.Simulator, learned, 1) : new ForecastFormula(model.Simulator, 1);
        var (value, gradients) = Interpret.OnTape<double>(formula, inputs, cotangent.Values);
        var result = Run(folder, GraphFiles.Adjoint, (ModelFolder.State, state), (ModelFolder.NextSensitivities, cotangent));
        Agree.Within(1e-4, value, result[ModelFolder.NextState], "next state");
        Agree.Within(1e-4, gradients["state"], result[ModelFolder.Sensitivities].Values, "sensitivities");
        var pushed = Run(folder, GraphFiles.Tangent, (ModelFolder.State, state), (ModelFolder.Perturbations, direction with { Shape = [3, 1, 8] }));
        var tangent = pushed[ModelFolder.NextPerturbations];
        var forward = tangent.Values.Zip(cotangent.Values, (t, c) => t * c).Sum();
        Assert.AreEqual(
            forward, direction.Values.Zip(result[ModelFolder.Sensitivities].Values, (d, s) => d * s).Sum(), 1e-5 * Agree.Norm(tangent) * Agree.Norm(cotangent));
        Assert.Contains(GraphFiles.Adjoint, Coda.Inference.Sessions.ReferenceCheck.Run(folder.Path).Keys);
    }

    [TestMethod]
    public void AnAdjointThatIsNotTheTransposeIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var model = ModelExamples.With("time-channel");
        var card = ModelExport.Write(model, folder.Path, "");
        var doubled = model.CorrectionWeights.ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, v => 2 * v));
        using (var stream = File.Create(folder.File(GraphFiles.Adjoint)))
        {
            model.With<Correction>(doubled).Graph(ModelRoles.Adjoint).Write(stream, "");
        }

        var files = new SortedDictionary<string, ModelFile>(card.Files.ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal);
        files[GraphFiles.Adjoint] = files[GraphFiles.Adjoint] with { Sha256 = ModelFolder.Hash(folder.File(GraphFiles.Adjoint)) };
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), card with { Files = files });
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => Coda.Inference.Sessions.ReferenceCheck.Run(folder.Path));
        StringAssert.Contains(fault.Message, GraphFiles.Adjoint);
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void FilesAreOfOpset17(string network, string? correction)
    {
        var model = ModelExamples.With(network, correction);
        OnnxGraph[] graphs =
        [
            .. model.Graphs().Select(g => OnnxGraph.Of(g.Part, g.Graph)),
        ];
        foreach (var graph in graphs)
        {
            using var stream = new MemoryStream();
            graph.Write(stream, "what it is");
            var file = ModelProto.Parser.ParseFrom(stream.ToArray());
            Assert.AreEqual((17L, "what it is"), (file.OpsetImport.Single().Version, file.DocString));
            Assert.IsLessThanOrEqualTo(8, file.IrVersion);
            Assert.IsFalse(file.Graph.Node.Any(
                node => node.OpType is "BatchNormalization" or "Pad" or "Gelu"), "expected batch normalization folded and padding by slices");
            Assert.AreEqual(file.Graph.Node.Count, file.Graph.Node.Select(node => node.Name).Distinct().Count());
        }
    }

    [TestMethod]
    public void TheSameModelGivesTheSameFiles()
    {
        using var one = new TemporaryDirectory();
        using var two = new TemporaryDirectory();
        var model = ModelExamples.With("time-channel");
        _ = ModelExport.Write(model, one.Path, "");
        _ = ModelExport.Write(model, two.Path, "");
        foreach (var file in Directory.GetFiles(one.Path))
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(file), File.ReadAllBytes(two.File(Path.GetFileName(file))), file);
        }
    }

    [TestMethod]
    public void AFolderWhoseExportFailedIsNoModel()
    {
        using var folder = new TemporaryDirectory();
        var model = ModelExamples.With("time-channel");
        _ = ModelExport.Write(model, folder.Path, "");
        File.Delete(folder.File(GraphFiles.Tangent));
        Directory.CreateDirectory(folder.File(GraphFiles.Tangent));
        try
        {
            _ = ModelExport.Write(model, folder.Path, "");
            Assert.Fail("expected the export to fail");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => ModelFolder.ReadCard(folder.Path)).Message, "Expected a model's folder with card.json");
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [TestMethod]
    public void AFileThatWasChangedIsRefused()
    {
        using var folder = new TemporaryDirectory();
        _ = ModelExport.Write(ModelExamples.With("time-channel", null), folder.Path, "");
        File.AppendAllText(folder.File(GraphFiles.Forecast), "x");
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => ModelFolder.ReadCard(folder.Path));
        StringAssert.Contains(fault.Message, GraphFiles.Forecast);
        StringAssert.Contains(fault.Message, "expected SHA-256");
        File.Delete(folder.File(GraphFiles.Forecast));
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => ModelFolder.ReadCard(folder.Path)).Message, GraphFiles.Forecast);
    }

    [TestMethod]
    public void AModelRefusesAnArchiveThatDisagreesWithItsCardAndSaysBothValues()
    {
        using var folder = new TemporaryDirectory();
        var card = ModelExport.Write(ModelExamples.With("time-channel", null), folder.Path, "");
        var archive = TrainingExamples.Record().Description;
        var fault = Assert.ThrowsExactly<ModelMismatchException>(
            () => card.Require(archive with { SiteCount = 9, StepLength = 0.05, TimeUnit = "h", ValueUnit = "K" }));
        foreach (var part in new[] { "site count: expected 8 (card), got 9 (archive)", "step length: expected 0.02 (card), got 0.05", "time unit: expected 1 "
            + "(card), got h", "value unit: expected 1 (card), got K" })
        {
            StringAssert.Contains(fault.Message, part);
        }

        card.Require(archive with { System = new("lorenz63"), StepLength = 0.02 * (1 + 1e-12) });
    }

    [TestMethod]
    public void TheCardAndTheReadmeKeepTheNamesOfTheSites()
    {
        using var folder = new TemporaryDirectory();
        var model = ModelExamples.With("time-channel", null);
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"buoy {i}")];
        ModelExport.Write(model with { Archive = model.Archive with { SiteNames = names } }, folder.Path, "");
        var card = ModelFolder.ReadCard(folder.Path);
        CollectionAssert.AreEqual(names, card.SiteNames!.ToArray());
        Assert.Contains("buoy 7", File.ReadAllText(folder.File(ModelReadme.FileName)));
        card.Require(model.Archive);
        Assert.Contains(
            "another order", Assert.ThrowsExactly<ModelMismatchException>(() => card.Require(model.Archive with { SiteNames = [.. names.Reverse()] })).Message);
    }

    private static TemporaryDirectory Exported(string network, string? correction)
    {
        if (!Exports.TryGetValue((network, correction), out var folder))
        {
            Exports[(network, correction)] = folder = new TemporaryDirectory();
            _ = ModelExport.Write(ModelExamples.With(network, correction), folder.Path, "coda train");
        }

        return folder;
    }

    private static Dictionary<string, Operand> Run(TemporaryDirectory folder, string file, params (string Name, Operand Value)[] inputs) =>
        OnnxEvaluation.Once(File.ReadAllBytes(folder.File(file)), inputs.ToDictionary(p => p.Name, p => p.Value));
}
