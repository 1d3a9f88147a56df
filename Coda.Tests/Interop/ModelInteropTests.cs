using System.Text.Json.Nodes;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Tests.Inference;

namespace Coda.Tests.Interop;

/// <summary>Released models are plain ONNX: onnxruntime-node, another release of ONNX Runtime behind another language, computes Coda's numbers.</summary>
[TestClass]
public sealed class ModelInteropTests
{
    // The two releases add in different orders.
    private const double Tolerance = 2e-5;
    private const double UsualSize = 20; // of outputs, beyond which rounding grows with them

    [TestMethod]
    [DynamicData(nameof(ReleasedModelTests.Folders), typeof(ReleasedModelTests))]
    public void NodeComputesTheSame(string folder)
    {
        using var model = OnnxModel.Open(folder);
        var runs = Runs(model, TensorFile.Read(Path.Combine(folder, ModelFolder.Reference)).Arrays);
        CollectionAssert.AreEquivalent(model.Card.Files.Keys.ToArray(), runs.Select(run => run.File).ToArray());
        var results = NodeScript.Run("run-model.mjs", new JsonArray([.. runs.Select(run => run.ToJson(folder))])).AsArray();
        foreach (var (run, result) in runs.Zip(results))
        {
            foreach (var (output, coda) in run.Outputs.Zip(RunHere(model, run)))
            {
                var node = result![output.Binding.Name]!;
                var name = $"{run.File}, {output.Binding.Name}";
                CollectionAssert.AreEqual(output.Binding.Shape, node["shape"]!.AsArray().Select(axis => (long)axis!).ToArray(), name);
                var values = node["data"]!.AsArray().Select(value => (double)value!).ToArray();
                Close(coda, values, Tolerance * Math.Max(1, coda.Max(Math.Abs) / UsualSize), $"{name}: Coda");
                if (output.Reference is { } reference)
                {
                    Close(reference, values, ReferenceCheck.Tolerance, $"{name}: {ModelFolder.Reference}");
                }
            }
        }
    }

    /// <summary>Every file on the inputs of the reference; the stretch, which that lacks, on a twin's record; tangent and adjoint with drawn
    /// perturbations.</summary>
    private static List<ModelRun> Runs(OnnxModel model, IReadOnlyDictionary<string, float[]> reference)
    {
        const int Analyses = 20, Members = 3;
        var (card, states, next) = (model.Card, reference[ModelFolder.State], reference[ModelFolder.NextState]);
        var (sites, space, length) = (card.SiteCount, card.Layout.Size, (2 * card.HalfWidth) + 1);
        var batch = states.Length / space;
        var random = new CounterRandom(11);
        float[] perturbations = [.. Enumerable.Range(0, batch * Members * space).Select(_ => (float)random.NextGaussian())];
        List<ModelRun> runs =
        [
            new(GraphFiles.Analysis,
                [(new(ModelFolder.Observations, batch, card.InputChannels, length, sites), reference[ModelFolder.Observations])],
                [(new(ModelFolder.State, batch, space), states)]),
            new(GraphFiles.Forecast, [(new(ModelFolder.State, batch, space), states)], [(new(ModelFolder.NextState, batch, space), next)]),
            new(GraphFiles.Tangent,
                [(new(ModelFolder.State, batch, space), states), (new(ModelFolder.Perturbations, batch, Members, space), perturbations)],
                [(new(ModelFolder.NextState, batch, space), next), (new(ModelFolder.NextPerturbations, batch, Members, space), null)]),
        ];
        if (model.Has(ModelRoles.Adjoint))
        {
            runs.Add(new(GraphFiles.Adjoint,
                [(new(ModelFolder.State, batch, space), states), (new(ModelFolder.NextSensitivities, batch, space), perturbations[..(batch * space)])],
                [(new(ModelFolder.NextState, batch, space), next), (new(ModelFolder.Sensitivities, batch, space), null)]));
        }

        if (model.Has(ModelRoles.AnalysisStretch))
        {
            runs.Add(new ModelRun(GraphFiles.AnalysisStretch,
                [(new(ModelFolder.Observations, card.InputChannels, length - 1 + Analyses, sites), Stretch(card, length - 1 + Analyses))],
                [(new(ModelFolder.State, Analyses, space), null)]));
        }

        if (card.Correction is not null)
        {
            runs.Add(new(GraphFiles.Correction,
                [(new(ModelFolder.State, batch, space), states)],
                [(new(ModelFolder.MissingTendency, batch, space), reference[ModelFolder.MissingTendency])]));
        }

        return runs;
    }

    private static float[] Stretch(ModelCard card, int steps)
    {
        var twin = new TwinExperiment
        {
            System = card.System, Operator = card.Operator, Sigma = card.Sigma, StepLength = card.StepLength, TrajectoryCount = 1, StepCount = steps, Seed = 5,
        };
        var stretch = twin.Observations().Single();
        var deviations = new float[card.ReadsSigma ? stretch.Mask.Length : 0];
        stretch.CopyDeviations(0, [(float)card.Sigma], deviations);
        return [.. stretch.Values, .. stretch.Mask, .. deviations];
    }

    private static IEnumerable<float[]> RunHere(OnnxModel model, ModelRun run)
    {
        using var here = model.Bind(model.Card.Files[run.File].Role!, [.. run.Inputs.Select(i => i.Binding)], [.. run.Outputs.Select(o => o.Binding)]);
        foreach (var (index, (_, data)) in run.Inputs.Index())
        {
            data.CopyTo(here.Input(index));
        }

        here.Run();
        return [.. run.Outputs.Select((_, index) => here.Output(index).ToArray())];
    }

    private static void Close(float[] expected, double[] got, double tolerance, string name)
    {
        Assert.HasCount(expected.Length, got, name);
        var difference = expected.Zip(got, (e, g) => Math.Abs(e - g)).Max();
        Assert.IsTrue(difference <= tolerance, $"{name} and onnxruntime-node differ by {difference:G3}; at most {tolerance} was expected.");
    }

    private sealed record ModelRun(string File, (TensorBinding Binding, float[] Data)[] Inputs, (TensorBinding Binding, float[]? Reference)[] Outputs)
    {
        public JsonObject ToJson(string folder) => new()
        {
            ["path"] = Path.Combine(folder, File),
            ["inputs"] = new JsonObject(Inputs.Select(i => KeyValuePair.Create(i.Binding.Name, (JsonNode?)new JsonObject
            {
                ["shape"] = new JsonArray([.. i.Binding.Shape.Select(axis => JsonValue.Create(axis))]),
                ["data"] = new JsonArray([.. i.Data.Select(value => JsonValue.Create(value))]),
            }))),
        };
    }
}
