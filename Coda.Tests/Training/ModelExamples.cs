using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Models with random weights, as if they had been trained.</summary>
internal static class ModelExamples
{
    public static TrainedModel Of(Experiment experiment, IObservationArchive? archive = null)
    {
        var setup = new TrainingSetup(experiment, archive ?? TrainingExamples.Record());
        var network = Part(RolloutStage.Network, setup.Network, seed: 1);
        return new TrainedModel(
            experiment, setup.Archive, setup.Simulator, setup.Context,
            setup.Correction is { } correction ? [network, Part(RolloutStage.Correction, correction, seed: 5)] : [network],
            new Dictionary<string, double> { ["F"] = 7.9 }, 0.5);
    }

    /// <summary>A component with random weights.</summary>
    public static ModelPart Part(string name, ITrainable component, ulong seed) =>
        new(name, component, NetworkExamples.Plain(NetworkExamples.Weights(component.WeightDefinitions, seed)));

    /// <summary>A small model with the network, and a correction.</summary>
    public static TrainedModel With(string network, string? correction = "pointwise") => Of(TrainingExamples.Experiment with
    {
        Name = network,
        Network = NetworkExamples.Small(network),
        Correction = correction is null ? null : new Component(correction),
    });
}
