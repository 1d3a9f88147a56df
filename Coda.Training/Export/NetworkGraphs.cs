using Coda.Data.Cards;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Training.Export;

/// <summary>The graphs of a trained network.</summary>
internal static class NetworkGraphs
{
    private const string Steps = "stretch";

    /// <summary>Its files.</summary>
    /// <param name="model">The trained model.</param>
    public static IEnumerable<ModelGraph> Of(TrainedModel model)
    {
        yield return new(ModelRoles.Analysis, "Observations of a window to the state at its centre.", Analysis(model));
        if (model.Network is IStretchNetwork)
        {
            var axes = $"{Steps} - {2 * model.Network.HalfWidth}, {model.Context.Layout.Size}";
            string[] outputs = model.Network.HasSpread ? [ModelFolder.State, ModelFolder.Spread] : [ModelFolder.State];
            yield return new(ModelRoles.AnalysisStretch, "Observations of a contiguous stretch to the states of its full windows.",
                AnalysisStretch(model))
            {
                Outputs = outputs.ToDictionary(output => output, _ => axes),
            };
        }
    }

    /// <summary>The graph of analysis.onnx. [batch, channel, time, site] to [batch, space], and the spread likewise where the network gives one</summary>
    /// <param name="model">The trained model.</param>
    public static OnnxGraph Analysis(TrainedModel model)
    {
        var graph = new OnnxGraph("analysis");
        var input = graph.Input(
            ModelFolder.Observations, OnnxGraph.Batch, model.Network.InputChannels, (2 * model.Network.HalfWidth) + 1, model.Context.SiteCount);
        var (ops, weights) = (new OnnxAlgebra(graph), graph.Constants(model.Network.WeightDefinitions, model.NetworkWeights));
        return With(graph, model.Network.Analyze(ops, weights, input), OnnxGraph.Batch, model.Context.Layout.Size);
    }

    /// <summary>The graph of analysis-stretch.onnx. [channel, n + 2a, site] to [n, space], and the spread likewise where the network gives one</summary>
    /// <param name="model">A model whose network has that form.</param>
    public static OnnxGraph AnalysisStretch(TrainedModel model)
    {
        var graph = new OnnxGraph("analysis_stretch");
        var input = graph.Input(ModelFolder.Observations, model.Network.InputChannels, Steps, model.Context.SiteCount);
        var (ops, weights) = (new OnnxAlgebra(graph), graph.Constants(model.Network.WeightDefinitions, model.NetworkWeights));
        return With(graph, ((IStretchNetwork)model.Network).AnalyzeStretch(ops, weights, input), "window", model.Context.Layout.Size);
    }

    private static OnnxGraph With(OnnxGraph graph, NetworkAnalysis<OnnxValue> analysis, string rows, int space)
    {
        var spread = analysis.Spread?.Invoke();
        graph.Output(ModelFolder.State, analysis.State, rows, space);
        if (spread is not null)
        {
            graph.Output(ModelFolder.Spread, spread, rows, space);
        }

        return graph;
    }
}
