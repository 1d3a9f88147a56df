using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>The weights of a model as a file in its folder, so that training can start from a model: adapt it to another record, or to other
/// settings.</summary>
public static class ModelWeights
{
    /// <summary>Writes the weights.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="path">The file to replace; arrays by the names of their parts and those that these declare.</param>
    public static void Write(TrainedModel model, string path)
    {
        var arrays = model.Parts.SelectMany(part => part.Weights.Select(array => ($"{part.Name}.{array.Key}", array.Value))).ToDictionary();
        TensorFile.Write(path, arrays, new Dictionary<string, string> { ["model"] = model.Experiment.Name });
    }

    /// <summary>Reads a model that training is to start from.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="experiment">The experiment that goes on; its physics must be the model's.</param>
    /// <param name="archive">What the record to train on holds.</param>
    /// <exception cref="FileNotFoundException">The folder holds no weights.</exception>
    /// <exception cref="InvalidDataException">The weights are damaged or of another network.</exception>
    /// <exception cref="ModelMismatchException">Model and experiment, or model and archive, do not fit.</exception>
    public static TrainedModel Read(string folder, Experiment experiment, ArchiveDescription archive)
    {
        var card = ModelFolder.ReadCard(folder);
        card.Require(archive);
        Require(card, experiment, archive);
        var path = Path.Combine(folder, ModelFolder.Weights);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"Expected {path}, the weights to start from; export the model again, or start from one that 'coda train' wrote.",
                path);
        }

        var simulator = new Simulator(DynamicalSystem.Catalog.Create(card.System), Integrator.Catalog.Create(card.Integrator), archive.StepLength);
        var context = Context(card, simulator);
        List<(string Name, ITrainable Component)> components = [Network(card, context, simulator.System.Layout)];
        var isWanted = components[0].Component switch
        {
            CycleNetwork => experiment.Cycle is not null,
            AutoEncoder => experiment.AutoEncoder is not null,
            Emulator => experiment.Emulator is not null,
            ScoreNetwork => experiment.Score is not null,
            _ => experiment is { Cycle: null, AutoEncoder: null, Emulator: null, Score: null },
        };
        if (!isWanted)
        {
            throw new ModelMismatchException($"Model '{card.Name}', which training starts from: expected {KindOf(experiment)}, got '{card.Network.Name}'; "
                + "take another model, or another experiment.");
        }

        if (card.Correction is { } correction)
        {
            components.Add((RolloutStage.Correction, Correction.Catalog.Create(correction, simulator.System.Layout)));
        }

        var (arrays, _) = TensorFile.Read(path);
        return new TrainedModel(
            experiment, archive, simulator, context, [.. components.Select(part => new ModelPart(part.Name, part.Component, Of(part.Name, part.Component)))],
            card.Parameters, card.Scores.GetValueOrDefault("validation"))
        {
            UnrefinedParameters = card.UnrefinedParameters,
            ParameterErrors = card.ParameterErrors,
            TrainedFor = card.TrainedFor,
            Operator = card.IsEmulator ? card.Operator : null,
        };

        Dictionary<string, float[]> Of(string part, ITrainable component) => Taken(arrays, path, part, component);
    }

    /// <summary>The graph of a network's sensitivities, of a model that was exported without one, from its weights.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>What the card would say of it, and the file's bytes.</returns>
    /// <exception cref="FileNotFoundException">The folder holds no weights.</exception>
    /// <exception cref="InvalidDataException">The weights are damaged or of another network.</exception>
    /// <exception cref="ModelMismatchException">The model has no network that reads windows.</exception>
    public static (ModelFile File, byte[] Onnx) Impact(string folder)
    {
        var card = ModelFolder.ReadCard(folder);
        var path = Path.Combine(folder, ModelFolder.Weights);
        if (card.FileOf(ModelRoles.Analysis) is null)
        {
            throw new ModelMismatchException($"Model '{card.Name}': expected a network that reads windows, to take sensitivities back through, got '"
                + $"{card.Network.Name}'; take another model.");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"Expected {path}, the weights to take sensitivities back through, or {ModelRoles.FileName(ModelRoles.Impact)}, "
                + "got neither; export the model again, or take one that has them.", path);
        }

        var simulator = new Simulator(DynamicalSystem.Catalog.Create(card.System), Integrator.Catalog.Create(card.Integrator), card.StepLength);
        var context = Context(card, simulator);
        var network = AssimilationNetwork.Catalog.Create(card.Network, context);
        var graph = new ImpactGraph(network, context);
        var onnx = OnnxGraph.Of(new ModelPart(RolloutStage.Network, network, Taken(TensorFile.Read(path).Arrays, path, RolloutStage.Network, network)), graph);
        using var stream = new MemoryStream();
        onnx.Write(stream, $"{card.Name}: {graph.Description}");
        var bytes = stream.ToArray();
        return (new ModelFile(Convert.ToHexStringLower(SHA256.HashData(bytes)), onnx.Inputs, onnx.Outputs) { Role = graph.Role }, bytes);
    }

    private static AssimilationContext Context(ModelCard card, Simulator simulator) => new(
        card.Layout, ObservationOperator.Catalog.Create(card.Operator, card.Layout).Locations,
        new Climatology([.. card.ClimatologyMean], [.. card.ClimatologyDeviation]))
    {
        Sigma = card.Sigma,
        Fields = card.Fields,
        Errors = card.Errors,
        Dynamics = new(simulator, card.Parameters, [.. card.TrainedParameters]),
        SegmentSteps = card.SegmentSteps ?? 1,
    };

    private static Dictionary<string, float[]> Taken(IReadOnlyDictionary<string, float[]> arrays, string path, string part, ITrainable component) =>
        component.WeightDefinitions.ToDictionary(
            definition => definition.Name,
            definition => arrays.TryGetValue($"{part}.{definition.Name}", out var array) && array.Length == definition.Length
                ? array
                : throw new InvalidDataException(
                    $"{path}: expected {definition.Length} weights '{part}.{definition.Name}', got {array?.Length ?? 0}; "
                        + "copy the model's whole folder, or export it again."));

    private static string KindOf(Experiment experiment) => experiment switch
    {
        { Emulator: not null } => "an emulator",
        { Score: not null } => "a score",
        { AutoEncoder: not null } => "an auto-encoder",
        { Cycle: not null } => "a sequential analysis",
        _ => "a network that reads windows",
    };

    private static (string Name, ITrainable Component) Network(ModelCard card, AssimilationContext context, StateLayout system) =>
        card.IsEmulator ? (EmulatorStage.Emulator, Emulator.Catalog.Create(card.Network, EmulatorStage.Without(context, system)))
            : card.FileOf(ModelRoles.Encoder) is not null ? (AutoEncoderStage.AutoEncoder, AutoEncoder.Catalog.Create(card.Network, context))
            : card.SegmentSteps is not null ? (ScoreStage.Score, ScoreNetwork.Catalog.Create(card.Network, context))
            : card.CycleSteps is null ? (RolloutStage.Network, AssimilationNetwork.Catalog.Create(card.Network, context))
            : (CycleStage.Cycle, CycleNetwork.Catalog.Create(card.Network, context));

    private static void Require(ModelCard card, Experiment experiment, ArchiveDescription archive)
    {
        foreach (var (what, expected, got) in new[]
        {
            ("system", card.System, experiment.System), ("integrator", card.Integrator, experiment.Integrator),
            ("operator", card.Operator, card.IsEmulator ? card.Operator : experiment.Operator ?? archive.Operator), // an emulator's is by entries
            ("correction", card.Correction, experiment.Correction),
        })
        {
            if (expected?.Name != got?.Name || !JsonNode.DeepEquals(OptionsOf(expected), OptionsOf(got)))
            {
                throw new ModelMismatchException(
                    $"Model '{card.Name}', which training starts from: "
                        + $"expected an experiment of its {what} {TextOf(expected)}, got {TextOf(got)}; take the model's experiment.");
            }
        }

        static JsonObject OptionsOf(Component? component) => component?.Options ?? [];

        static string TextOf(Component? component) => component is null
            ? "none" : $"{component.Name}{(component.Options is { Count: > 0 } options ? $" {options.ToJsonString()}" : "")}";
    }
}
