using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Training.Algebra;
using Coda.Training.Export;
using Coda.Training.Networks;

namespace Coda.Tests.Inference;

/// <summary>Model folders with real graphs and seeded weights, written without training.</summary>
internal static class ExampleModels
{
    public const double StepLength = 0.01;

    /// <summary>A Lorenz-96 model: a small time-channel network, and one RK4 step as forecast, tangent and adjoint.</summary>
    public static ModelCard Write(
        string folder, int size = 8, int halfWidth = 3, bool hasStretch = true, TimeChannelNetwork.Options? options = null, double forcing = 8,
        bool hasImpact = false)
    {
        var network = new TimeChannelNetwork(
            new AssimilationContext(StateLayout.On(new Ring(size)), [.. Enumerable.Range(0, size)], Climatology(size)),
            options ?? new() { HalfWidth = halfWidth, Width = 6, Blocks = 1, Kernel = 3 });
        var files = new SortedDictionary<string, ModelFile>(StringComparer.Ordinal);
        string[] outputs = network.HasSpread ? [ModelFolder.State, ModelFolder.Spread] : [];
        Save(GraphFiles.Analysis, Analysis(network, size), outputs);
        if (hasStretch)
        {
            Save(GraphFiles.AnalysisStretch, Stretch(network, size), outputs);
        }

        if (hasImpact)
        {
            Save(ModelRoles.FileName(ModelRoles.Impact), Impact(network, size));
        }

        Save(GraphFiles.Forecast, Forecast(Simulator(size, forcing)));
        Save(GraphFiles.Tangent, Tangent(Simulator(size, forcing)));
        Save(GraphFiles.Adjoint, Adjoint(Simulator(size, forcing)));
        var card = Card(size, network.HalfWidth, forcing, files);
        CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card);
        return card;

        void Save(string name, OnnxGraph graph, params string[] outputs)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => graph.Write(stream, "example"));
            files.Add(name,
                new ModelFile(ModelFolder.Hash(Path.Combine(folder, name)), new Dictionary<string, string>(), outputs.ToDictionary(o => o, _ => "")));
        }
    }

    public static Simulator Simulator(int size, double forcing = 8) =>
        new(new Lorenz96(new() { Size = size, Forcing = forcing }), new RungeKutta4(new()), StepLength);

    private static Climatology Climatology(int size) => new([.. Enumerable.Repeat(2.4, size)], [.. Enumerable.Repeat(3.6, size)]);

    private static OnnxGraph Analysis(TimeChannelNetwork network, int size)
    {
        var graph = new OnnxGraph("analysis");
        var input = graph.Input(ModelFolder.Observations, "batch", 2, (2 * network.HalfWidth) + 1, size);
        var (ops, weights) = (new OnnxAlgebra(graph), Weights(graph, network));
        return Outputs(graph, network.Analyze(ops, weights, input), "batch", size);
    }

    private static OnnxGraph Stretch(TimeChannelNetwork network, int size)
    {
        var graph = new OnnxGraph("analysis_stretch");
        var input = graph.Input(ModelFolder.Observations, 2, "stretch", size);
        var (ops, weights) = (new OnnxAlgebra(graph), Weights(graph, network));
        return Outputs(graph, network.AnalyzeStretch(ops, weights, input), "window", size);
    }

    private static OnnxGraph Impact(TimeChannelNetwork network, int size)
    {
        var graph = new OnnxGraph("impact");
        var (input, sensitivities) = (
            graph.Input(ModelFolder.Observations, "batch", 2, (2 * network.HalfWidth) + 1, size), graph.Input(ModelFolder.StateSensitivities, "batch", size));
        var ops = new OnnxAlgebra(graph);
        var tape = new NetworkTape<OnnxValue>(ops);
        var window = tape.Input(input);
        var state = network.Analyze(tape, Weights(graph, network).Select(tape.Fixed), window).State;
        tape.AddGradient(state, sensitivities);
        tape.Backward();
        graph.Output(ModelFolder.State, state.Value, "batch", size);
        graph.Output(
            ModelFolder.ObservationSensitivities, ops.RemoveAxis(ops.Slice(window.Gradient!, -3, 0, 1), -3), "batch", (2 * network.HalfWidth) + 1, size);
        return graph;
    }

    private static OnnxGraph Outputs(OnnxGraph graph, NetworkAnalysis<OnnxValue> analysis, string rows, int size)
    {
        var spread = analysis.Spread?.Invoke();
        graph.Output(ModelFolder.State, analysis.State, rows, size);
        if (spread is not null)
        {
            graph.Output(ModelFolder.Spread, spread, rows, size);
        }

        return graph;
    }

    private static OnnxGraph Forecast(Simulator simulator)
    {
        var graph = new OnnxGraph("forecast");
        var size = simulator.System.Layout.Size;
        var (ops, state) = (new OnnxAlgebra(graph), graph.Input(ModelFolder.State, "batch", size));
        graph.Output(
            ModelFolder.NextState, simulator.Advance(ops, state, ParameterValues<OnnxValue>.Constants(ops, simulator.System.ParameterNumbers)), "batch", size);
        return graph;
    }

    private static OnnxGraph Tangent(Simulator simulator)
    {
        var graph = new OnnxGraph("tangent");
        var (inner, size) = (new OnnxAlgebra(graph), simulator.System.Layout.Size);
        var state = graph.Input(ModelFolder.State, "batch", size);
        var perturbations = graph.Input(ModelFolder.Perturbations, "batch", "member", size);
        var ops = new DualAlgebra<OnnxValue>(inner);
        var next = simulator.Advance(
            ops, ops.Variable(inner.InsertAxis(state, -2), perturbations), ParameterValues<Dual<OnnxValue>>.Constants(ops, simulator.System.ParameterNumbers));
        graph.Output(ModelFolder.NextState, inner.RemoveAxis(next.Primal, -2), "batch", size);
        graph.Output(ModelFolder.NextPerturbations, next.Tangent, "batch", "member", size);
        return graph;
    }

    private static OnnxGraph Adjoint(Simulator simulator)
    {
        var (graph, size) = (new OnnxGraph("adjoint"), simulator.System.Layout.Size);
        var tape = new Tape<OnnxValue>(new OnnxAlgebra(graph));
        var state = tape.Input(graph.Input(ModelFolder.State, "batch", size));
        var sensitivities = graph.Input(ModelFolder.NextSensitivities, "batch", size);
        var next = simulator.Advance(tape, state, ParameterValues<Variable<OnnxValue>>.Constants(tape, simulator.System.ParameterNumbers));
        tape.AddGradient(next, sensitivities);
        tape.Backward();
        graph.Output(ModelFolder.NextState, next.Value, "batch", size);
        graph.Output(ModelFolder.Sensitivities, state.Gradient!, "batch", size);
        return graph;
    }

    private static Weights<OnnxValue> Weights(OnnxGraph graph, TimeChannelNetwork network) => new(network.WeightDefinitions.Select((definition, i) =>
    {
        var random = new CounterRandom(17, i);
        float[] values = [.. Enumerable.Range(0, definition.Length).Select(_ => definition.IsTrained
            ? (float)(random.NextGaussian() / Math.Sqrt(definition.FanIn))
            : definition.Start == WeightStart.One ? 1f : 0f)];
        return (definition.Name, Value: graph.Constant(values, definition.Shape));
    }).ToDictionary(p => p.Name, p => p.Value));

    private static ModelCard Card(int size, int halfWidth, double forcing, SortedDictionary<string, ModelFile> files) => new()
    {
        Name = "example",
        System = new Component("lorenz96"),
        Layout = StateLayout.On(new Ring(size)),
        Operator = new Component("site-selection"),
        SiteCount = size,
        StepLength = StepLength,
        HalfWidth = halfWidth,
        Network = new Component("time-channel"),
        ClimatologyMean = Climatology(size).Mean,
        ClimatologyDeviation = Climatology(size).Deviation,
        Sigma = 1,
        Parameters = new Dictionary<string, double> { ["F"] = forcing },
        TrainingArchive = "none",
        Files = files,
    };
}
