using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Models with random weights, as if they had been trained.</summary>
internal static class ModelExamples
{
    public static TrainedModel Of(Experiment experiment, IObservationArchive? archive = null)
    {
        var setup = new TrainingSetup(experiment, archive ?? TrainingExamples.Record());
        return new TrainedModel(
            experiment, setup.Archive, setup.Simulator, setup.Operator, setup.Context, setup.Network,
            NetworkExamples.Plain(NetworkExamples.Weights(setup.Network.WeightDefinitions)),
            setup.Correction,
            NetworkExamples.Plain(NetworkExamples.Weights(setup.Correction?.WeightDefinitions ?? [], seed: 5)),
            new Dictionary<string, double> { ["F"] = 7.9 },
            0.5);
    }

    /// <summary>A small model with the network, and a correction.</summary>
    public static TrainedModel With(string network, string? correction = "pointwise") => Of(TrainingExamples.Experiment with
    {
        Name = network,
        Network = NetworkExamples.Small(network),
        Correction = correction is null ? null : new Component(correction),
    });
}
