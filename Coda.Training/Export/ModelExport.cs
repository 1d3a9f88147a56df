using System.Security.Cryptography;
using System.Text.Json;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>Writes a trained model's folder: ONNX files, reference inputs and outputs, README and card.</summary>
/// <remarks>The card is written last, so that a folder without one is no model. Tensor names are those of <see cref="ModelFolder"/>.</remarks>
public static class ModelExport
{
    private const string Batch = "batch";
    private const string Member = "member";
    private const string Stretch = "stretch";

    /// <summary>Writes every file of the model.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="folder">The folder to fill; made if it is missing.</param>
    /// <param name="command">The command that rebuilds the model, for the card.</param>
    /// <returns>The card.</returns>
    /// <exception cref="DivergenceException">A weight, parameter or the loss is not finite; nothing is written.</exception>
    public static ModelCard Write(TrainedModel model, string folder, string command)
    {
        RequireFinite(model);
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, ModelFolder.Card));
        var (sites, space, length, channels) = (model.Context.SiteCount, model.Context.Layout.Size, (2 * model.Network.HalfWidth) + 1, model.Network.InputChannels);
        var files = new SortedDictionary<string, ModelFile>(StringComparer.Ordinal);

        Save(ModelFolder.Analysis, "Observations of a window to the state at its centre.", Analysis(model));
        files.Add(ModelFolder.Analysis, Describe(
            folder, ModelFolder.Analysis, [(ModelFolder.Observations, $"{Batch}, {channels}, {length}, {sites}")], Estimates($"{Batch}, {space}")));
        if (model.Network.HasStretchForm)
        {
            Save(ModelFolder.AnalysisStretch, "Observations of a contiguous stretch to the states of its full windows.", AnalysisStretch(model));
            files.Add(ModelFolder.AnalysisStretch, Describe(
                folder, ModelFolder.AnalysisStretch, [(ModelFolder.Observations, $"{channels}, {Stretch}, {sites}")], Estimates($"{Stretch} - {length - 1}, {space}")));
        }

        Save(ModelFolder.Forecast, "A state to the next state.", Forecast(model));
        files.Add(ModelFolder.Forecast, Describe(
            folder, ModelFolder.Forecast, [(ModelFolder.State, $"{Batch}, {space}")], [(ModelFolder.NextState, $"{Batch}, {space}")]));
        Save(ModelFolder.Tangent, "A state and perturbations to the next state and perturbations.", Tangent(model));
        files.Add(ModelFolder.Tangent, Describe(
            folder, ModelFolder.Tangent,
            [(ModelFolder.State, $"{Batch}, {space}"), (ModelFolder.Perturbations, $"{Batch}, {Member}, {space}")],
            [(ModelFolder.NextState, $"{Batch}, {space}"), (ModelFolder.NextPerturbations, $"{Batch}, {Member}, {space}")]));

        if (model.Correction is not null)
        {
            Save(ModelFolder.Correction, "A state to the tendency that the simulator lacks.", Correction(model));
            files.Add(ModelFolder.Correction, Describe(
                folder, ModelFolder.Correction, [(ModelFolder.State, $"{Batch}, {space}")], [(ModelFolder.MissingTendency, $"{Batch}, {space}")]));
        }

        ModelWeights.Write(model, Path.Combine(folder, ModelFolder.Weights));
        ReferenceOutputs.Write(model, Path.Combine(folder, ModelFolder.Reference));
        var card = Card(model, files, command);
        ModelReadme.Write(folder, card);
        CodaJson.WriteWithDigest(Path.Combine(folder, ModelFolder.Card), card);
        return card;

        (string, string)[] Estimates(string axes) => model.Network.HasSpread ? [(ModelFolder.State, axes), (ModelFolder.Spread, axes)] : [(ModelFolder.State, axes)];

        void Save(string name, string description, OnnxGraph graph) =>
            AtomicFile.Write(Path.Combine(folder, name), stream => graph.Write(stream, $"{model.Experiment.Name}: {description}"));
    }

    private static void RequireFinite(TrainedModel model)
    {
        var arrays = model.NetworkWeights.Select(w => (Name: $"weight '{w.Key}'", Values: w.Value))
            .Concat(model.CorrectionWeights.Select(w => (Name: $"correction weight '{w.Key}'", Values: w.Value)));
        var other = arrays.FirstOrDefault(a => a.Values.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)).Name
            ?? model.Parameters.Where(p => !double.IsFinite(p.Value)).Select(p => $"parameter '{p.Key}'").FirstOrDefault()
            ?? (double.IsFinite(model.Validation) ? null : "the loss on the held-out observations");
        if (other is not null)
        {
            throw new DivergenceException($"Model '{model.Experiment.Name}': {other}: expected finite numbers, got others, so that nothing was exported. Train again with smaller learning rates.");
        }
    }

    /// <summary>The graph of analysis.onnx. [batch, channel, time, site] to [batch, space], and the spread likewise where the network gives one</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Analysis(TrainedModel model)
    {
        var graph = new OnnxGraph("analysis");
        var input = graph.Input(ModelFolder.Observations, Batch, model.Network.InputChannels, (2 * model.Network.HalfWidth) + 1, model.Context.SiteCount);
        var (ops, weights) = (new OnnxAlgebra(graph), Constants(graph, model.Network.WeightDefinitions, model.NetworkWeights));
        Output(graph, model.Network.HasSpread ? model.Network.AnalyzeWithSpread(ops, weights, input) : (model.Network.Analyze(ops, weights, input), null), Batch, model.Context.Layout.Size);
        return graph;
    }

    /// <summary>The graph of analysis-stretch.onnx. [channel, n + 2a, site] to [n, space], and the spread likewise where the network gives one</summary>
    /// <param name="model">A model whose network has that form.</param>
    public static OnnxGraph AnalysisStretch(TrainedModel model)
    {
        var graph = new OnnxGraph("analysis_stretch");
        var input = graph.Input(ModelFolder.Observations, model.Network.InputChannels, Stretch, model.Context.SiteCount);
        var (ops, weights) = (new OnnxAlgebra(graph), Constants(graph, model.Network.WeightDefinitions, model.NetworkWeights));
        Output(
            graph, model.Network.HasSpread ? model.Network.AnalyzeStretchWithSpread(ops, weights, input) : (model.Network.AnalyzeStretch(ops, weights, input), null),
            "window", model.Context.Layout.Size);
        return graph;
    }

    /// <summary>The graph of forecast.onnx: simulator, tuned parameters, correction and integrator. [batch, space] to [batch, space]</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Forecast(TrainedModel model)
    {
        var graph = new OnnxGraph("forecast");
        var state = graph.Input(ModelFolder.State, Batch, model.Context.Layout.Size);
        var weights = Constants(graph, model.Correction?.WeightDefinitions ?? [], model.CorrectionWeights);
        graph.Output(ModelFolder.NextState, Advance(new OnnxAlgebra(graph), model, state, weights), Batch, model.Context.Layout.Size);
        return graph;
    }

    /// <summary>The graph of tangent.onnx. [batch, space] and [batch, member, space] to the same</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Tangent(TrainedModel model)
    {
        var (graph, space) = (new OnnxGraph("tangent"), model.Context.Layout.Size);
        var (inner, state) = (new OnnxAlgebra(graph), graph.Input(ModelFolder.State, Batch, space));
        var perturbations = graph.Input(ModelFolder.Perturbations, Batch, Member, space);
        var ops = new DualAlgebra<OnnxValue>(inner);
        var definitions = model.Correction?.WeightDefinitions ?? [];
        var weights = new Weights<Dual<OnnxValue>>(definitions.ToDictionary(
            d => d.Name, d => ops.Fixed(graph.Constant(model.CorrectionWeights[d.Name], d.Shape))));
        var next = Advance(ops, model, ops.Variable(inner.InsertAxis(state, -2), perturbations), weights);
        graph.Output(ModelFolder.NextState, inner.RemoveAxis(next.Primal, -2), Batch, space);
        graph.Output(ModelFolder.NextPerturbations, next.Tangent, Batch, Member, space);
        return graph;
    }

    /// <summary>The graph of correction.onnx, B(x) alone. [batch, space] to [batch, space]</summary>
    /// <param name="model">A trained model with a correction.</param>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public static OnnxGraph Correction(TrainedModel model)
    {
        var correction = model.Correction ?? throw new ArgumentException("Expected a model with a correction, got one without.", nameof(model));
        var graph = new OnnxGraph("correction");
        var state = graph.Input(ModelFolder.State, Batch, model.Context.Layout.Size);
        var tendency = correction.Evaluate(new OnnxAlgebra(graph), Constants(graph, correction.WeightDefinitions, model.CorrectionWeights), state);
        graph.Output(ModelFolder.MissingTendency, tendency, Batch, model.Context.Layout.Size);
        return graph;
    }

    private static void Output(OnnxGraph graph, (OnnxValue State, OnnxValue? Spread) analysis, string rows, int space)
    {
        graph.Output(ModelFolder.State, analysis.State, rows, space);
        if (analysis.Spread is { } spread)
        {
            graph.Output(ModelFolder.Spread, spread, rows, space);
        }
    }

    private static T Advance<T>(IAlgebra<T> ops, TrainedModel model, T state, Weights<T> weights) => model.Simulator.Advance(
        ops,
        state,
        ParameterValues<T>.Constants(ops, model.Parameters),
        model.Correction is { } correction ? x => correction.Evaluate(ops, weights, x) : null);

    private static Weights<OnnxValue> Constants(OnnxGraph graph, IReadOnlyList<WeightDefinition> definitions, IReadOnlyDictionary<string, float[]> values) =>
        new(definitions.ToDictionary(d => d.Name, d => graph.Constant(values[d.Name], d.Shape)));

    private static ModelFile Describe(string folder, string name, (string, string)[] inputs, (string, string)[] outputs) => new(
        ModelFolder.Hash(Path.Combine(folder, name)),
        inputs.ToDictionary(p => p.Item1, p => p.Item2),
        outputs.ToDictionary(p => p.Item1, p => p.Item2));

    private static ModelCard Card(TrainedModel model, SortedDictionary<string, ModelFile> files, string command) => new()
    {
        Name = model.Experiment.Name,
        Description = model.Experiment.Description,
        System = model.Experiment.System,
        Integrator = model.Experiment.Integrator,
        Layout = model.Context.Layout,
        Operator = model.Experiment.Operator ?? model.Archive.Operator,
        SiteCount = model.Context.SiteCount,
        SiteNames = model.Archive.SiteNames,
        StepLength = model.Simulator.StepLength,
        TimeUnit = model.Archive.TimeUnit,
        ValueUnit = model.Archive.ValueUnit,
        HalfWidth = model.Network.HalfWidth,
        ReadsSigma = model.Network.ReadsSigma,
        Network = model.Experiment.Network,
        Correction = model.Experiment.Correction,
        ClimatologyMean = model.Context.Climatology.Mean,
        ClimatologyDeviation = model.Context.Climatology.Deviation,
        Sigma = model.Context.Sigma,
        TrainedFor = model.TrainedFor,
        ModelErrorVariance = model.Experiment.Reanalysis?.ModelErrorVariance,
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
