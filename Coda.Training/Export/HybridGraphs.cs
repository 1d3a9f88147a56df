using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>The graphs of a hybrid: simulator, trained parameters, correction and integrator.</summary>
internal static class HybridGraphs
{
    private const string Member = "member";

    /// <summary>Its files.</summary>
    /// <param name="model">The trained model.</param>
    public static IEnumerable<ModelGraph> Of(TrainedModel model) =>
    [
        new(ModelRoles.Forecast, "A state to the next state.", Forecast(model)),
        new(ModelRoles.Tangent, "A state and perturbations to the next state and perturbations.", Tangent(model)),
        new(ModelRoles.Adjoint, "A state and sensitivities of the next state to those of the state.", Adjoint(model)),
    ];

    /// <summary>The graph of forecast.onnx: simulator, tuned parameters, correction and integrator. [batch, space] to [batch, space]</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Forecast(TrainedModel model)
    {
        var graph = new OnnxGraph("forecast");
        var state = graph.Input(ModelFolder.State, OnnxGraph.Batch, model.Context.Layout.Size);
        var weights = graph.Constants(model.Correction?.WeightDefinitions ?? [], model.CorrectionWeights);
        graph.Output(ModelFolder.NextState, Advance(new OnnxAlgebra(graph), model, state, weights), OnnxGraph.Batch, model.Context.Layout.Size);
        return graph;
    }

    /// <summary>The graph of tangent.onnx. [batch, space] and [batch, member, space] to the same</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Tangent(TrainedModel model)
    {
        var (graph, space) = (new OnnxGraph("tangent"), model.Context.Layout.Size);
        var (inner, state) = (new OnnxAlgebra(graph), graph.Input(ModelFolder.State, OnnxGraph.Batch, space));
        var perturbations = graph.Input(ModelFolder.Perturbations, OnnxGraph.Batch, Member, space);
        var ops = new DualAlgebra<OnnxValue>(inner);
        var next = Advance(ops, model, ops.Variable(inner.InsertAxis(state, -2), perturbations), Fixed(graph, model, ops.Fixed));
        graph.Output(ModelFolder.NextState, inner.RemoveAxis(next.Primal, -2), OnnxGraph.Batch, space);
        graph.Output(ModelFolder.NextPerturbations, next.Tangent, OnnxGraph.Batch, Member, space);
        return graph;
    }

    /// <summary>The graph of adjoint.onnx. [batch, space] twice to the same</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Adjoint(TrainedModel model)
    {
        var (graph, space) = (new OnnxGraph("adjoint"), model.Context.Layout.Size);
        var tape = new Tape<OnnxValue>(new OnnxAlgebra(graph));
        var state = tape.Input(graph.Input(ModelFolder.State, OnnxGraph.Batch, space));
        var sensitivities = graph.Input(ModelFolder.NextSensitivities, OnnxGraph.Batch, space);
        var next = Advance(tape, model, state, Fixed(graph, model, tape.Fixed));
        tape.AddGradient(next, sensitivities);
        tape.Backward();
        graph.Output(ModelFolder.NextState, next.Value, OnnxGraph.Batch, space);
        graph.Output(ModelFolder.Sensitivities, state.Gradient!, OnnxGraph.Batch, space);
        return graph;
    }

    private static Weights<T> Fixed<T>(OnnxGraph graph, TrainedModel model, Func<OnnxValue, T> constant) => new((model.Correction?.WeightDefinitions ?? [])
        .ToDictionary(d => d.Name, d => constant(graph.Constant(model.CorrectionWeights[d.Name], d.Shape))));

    private static T Advance<T>(IAlgebra<T> ops, TrainedModel model, T state, Weights<T> weights) => model.Simulator.Advance(
        ops,
        state,
        ParameterValues<T>.Constants(ops, model.Parameters),
        model.Correction is { } correction ? x => correction.Evaluate(weights, x) : null);
}
