using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>The parts that most tests look at, by name.</summary>
internal static class TrainedModelParts
{
    extension(TrainedModel model)
    {
        public AssimilationNetwork Network => (AssimilationNetwork)model.PartOf<AssimilationNetwork>()!.Component;

        public Correction? Correction => (Correction?)model.PartOf<Correction>()?.Component;

        public IReadOnlyDictionary<string, float[]> NetworkWeights => model.PartOf<AssimilationNetwork>()!.Weights;

        public IReadOnlyDictionary<string, float[]> CorrectionWeights => model.PartOf<Correction>()?.Weights ?? new Dictionary<string, float[]>();

        /// <summary>The same model with other weights of a kind of component.</summary>
        public TrainedModel With<TComponent>(IReadOnlyDictionary<string, float[]> weights)
            where TComponent : ITrainable =>
            model with { Parts = [.. model.Parts.Select(part => part.Component is TComponent ? part with { Weights = weights } : part)] };

        /// <summary>The graph of a role.</summary>
        public Coda.Training.Export.OnnxGraph Graph(string role)
        {
            var (part, graph) = model.Graphs().Single(g => g.Graph.Role == role);
            return Coda.Training.Export.OnnxGraph.Of(part, graph);
        }
    }
}
