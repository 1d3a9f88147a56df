using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>The graph of a trained correction.</summary>
internal static class CorrectionGraphs
{
    /// <summary>Its file, where there is a correction.</summary>
    /// <param name="model">The trained model.</param>
    public static IEnumerable<ModelGraph> Of(TrainedModel model) => model.Correction is null
        ? []
        : [new(ModelRoles.Correction, "A state to the tendency that the simulator lacks.", Correction(model))];

    /// <summary>The graph of correction.onnx, B(x) alone. [batch, space] to [batch, space]</summary>
    /// <param name="model">A trained model with a correction.</param>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public static OnnxGraph Correction(TrainedModel model)
    {
        var correction = model.Correction ?? throw new ArgumentException("Expected a model with a correction, got one without.", nameof(model));
        var graph = new OnnxGraph("correction");
        var state = graph.Input(ModelFolder.State, OnnxGraph.Batch, model.Context.Layout.Size);
        var tendency = correction.Evaluate(graph.Constants(correction.WeightDefinitions, model.CorrectionWeights), new OnnxAlgebra(graph).Field(state));
        graph.Output(ModelFolder.MissingTendency, tendency.Value, OnnxGraph.Batch, model.Context.Layout.Size);
        return graph;
    }
}
