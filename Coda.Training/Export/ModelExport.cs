using System.Security.Cryptography;
using System.Text.Json;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>Writes a trained model's folder: ONNX files, reference inputs and outputs, README and card.</summary>
/// <remarks>The card is written last, so that a folder without one is no model. Tensor names are those of <see cref="ModelFolder"/>.</remarks>
public static class ModelExport
{
    /// <summary>Writes every file of the model.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="folder">The folder to fill; made if it is missing.</param>
    /// <param name="command">The command that rebuilds the model, for the card.</param>
    /// <returns>The card.</returns>
    /// <exception cref="ArgumentException">The model has neither an assimilation network nor an auto-encoder nor an emulator nor a score.</exception>
    /// <exception cref="DivergenceException">A weight, parameter or the loss is not finite; nothing is written.</exception>
    public static ModelCard Write(TrainedModel model, string folder, string command)
    {
        RequireFinite(model);
        var network = (AssimilationNetwork?)model.PartOf<AssimilationNetwork>()?.Component;
        if (network is null && model.PartOf<CycleNetwork>() is null && model.PartOf<AutoEncoder>() is null && model.PartOf<Emulator>() is null
            && model.PartOf<ScoreNetwork>() is null)
        {
            throw new ArgumentException(
                $"Expected a model with an assimilation network, an auto-encoder, an emulator or a score among its parts, got "
                    + $"{string.Join(", ", model.Parts.Select(part => part.Name))}.",
                nameof(model));
        }

        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, ModelFolder.Card));
        var files = new SortedDictionary<string, ModelFile>(StringComparer.Ordinal);
        foreach (var (part, graph) in model.Graphs())
        {
            var (file, onnx) = (ModelRoles.FileName(graph.Role), OnnxGraph.Of(part, graph));
            var path = Path.Combine(folder, file);
            AtomicFile.Write(path, stream => onnx.Write(stream, $"{model.Experiment.Name}: {graph.Description}"));
            files.Add(file, new ModelFile(ModelFolder.Hash(path), onnx.Inputs, onnx.Outputs) { Role = graph.Role });
        }

        ModelWeights.Write(model, Path.Combine(folder, ModelFolder.Weights));
        ReferenceOutputs.Write(model, Path.Combine(folder, ModelFolder.Reference));
        var card = Card(model, network, files, command);
        ModelReadme.Write(folder, card);
        CodaJson.WriteWithDigest(Path.Combine(folder, ModelFolder.Card), card);
        return card;
    }

    private static void RequireFinite(TrainedModel model)
    {
        var arrays = model.Parts.SelectMany(part => part.Weights.Select(w => (Name: $"{part.Name} weight '{w.Key}'", Values: w.Value)));
        var other = arrays.FirstOrDefault(a => a.Values.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)).Name
            ?? model.Parameters.Where(p => !double.IsFinite(p.Value)).Select(p => $"parameter '{p.Key}'").FirstOrDefault()
            ?? (double.IsFinite(model.Validation) ? null : "the loss on the held-out observations");
        if (other is not null)
        {
            throw new DivergenceException($"Model '{model.Experiment.Name}': {other}: expected finite numbers, got others, so that nothing was exported. "
                + "Train again with smaller learning rates.");
        }
    }

    private static ModelCard Card(TrainedModel model, AssimilationNetwork? network, SortedDictionary<string, ModelFile> files, string command) => new()
    {
        Name = model.Experiment.Name,
        Description = model.Experiment.Description,
        System = model.Experiment.System,
        Integrator = model.Experiment.Integrator,
        Layout = model.Context.Layout,
        Forcing = model.Simulator.System.Forcing is { Count: > 0 } forcing ? forcing : null,
        Operator = model.Operator ?? model.Experiment.Operator ?? model.Archive.Operator,
        SiteCount = model.Context.SiteCount,
        SiteNames = model.Archive.SiteNames,
        StepLength = model.Simulator.StepLength,
        TimeUnit = model.Archive.TimeUnit,
        ValueUnit = model.Archive.ValueUnit,
        Fields = model.Context.Fields,
        Errors = model.Archive.Errors,
        HalfWidth = network?.HalfWidth ?? 0,
        CycleSteps = network is null ? model.Experiment.Cycle?.Every : null,
        SegmentSteps = model.Experiment.Score?.Every,
        MemorySize = ((Emulator?)model.PartOf<Emulator>()?.Component)?.MemorySize,
        Reach = model.Context.Grid is Torus ? network?.Reach : null,
        ReadsSigma = network?.ReadsSigma ?? false,
        Network = model.Experiment.TrainedNetwork,
        Correction = model.Experiment.Correction,
        ClimatologyMean = model.Context.Climatology.Mean,
        ClimatologyDeviation = model.Context.Climatology.Deviation,
        Sigma = model.Context.Sigma,
        TrainedFor = model.TrainedFor,
        ModelErrorVariance = model.Experiment.Reanalysis?.ModelErrorVariance,
        Tracked = model.TrackedParts(),
        Parameters = model.Parameters,
        UnrefinedParameters = model.UnrefinedParameters,
        ParameterErrors = model.ParameterErrors,
        TrainedParameters = [.. model.Experiment.Parameters.Select(p => p.Name)],
        Seed = model.Experiment.Seed,
        TrainingArchive = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(model.Archive, CodaJson.Options))),
        Command = command,
        Scores = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["validation"] = model.Validation },
        Files = files,
    };
}
