using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;

namespace Coda.Training.Joint;

/// <summary>The stage of a training run after the joint one: the network alone is fitted to a reanalysis.</summary>
/// <param name="Start">The model that the joint stage ended in; its network is what is trained further, its parameters and correction stay.</param>
/// <param name="Reanalysis">The states of the training record, from that model and the record's observations.</param>
public sealed record ReanalysisStage(TrainedModel Start, Reanalysis Reanalysis)
{
    /// <summary>Refuses, before the joint stage begins, what its reanalysis could not be fitted with.</summary>
    /// <param name="joint">The joint stage.</param>
    /// <param name="experiment">The whole experiment.</param>
    /// <param name="archive">The training archive.</param>
    /// <exception cref="ArgumentException">Options out of range, or an unknown network.</exception>
    /// <exception cref="InvalidDataException">The record is too short for the network.</exception>
    internal static void Require(TrainingSetup joint, Experiment experiment, IObservationArchive archive)
    {
        experiment.Check();
        if (experiment.Reanalysis is { } fit)
        {
            var network = AssimilationNetwork.Catalog.Create(fit.Network ?? experiment.Network, joint.Context);
            _ = new TrainingRecord(archive, network.HalfWidth, experiment.RolloutLength);
            new Faults($"experiment '{experiment.Name}', whose network's spread is learned from windows drawn anew")
                .Require(!network.HasSpread || fit.RedrawProbability == 1, $"reanalysis.{nameof(fit.RedrawProbability)}", "1, or a network without hasSpread", fit.RedrawProbability)
                .ThrowIfAny();
        }
    }

    /// <summary>The experiment of this stage.</summary>
    /// <param name="experiment">The whole experiment.</param>
    /// <exception cref="ArgumentException">It has no such stage.</exception>
    internal Experiment Of(Experiment experiment) => experiment.Reanalysis?.Of(experiment)
        ?? throw new ArgumentException($"Expected an experiment whose member 'reanalysis' says how to fit one, got '{experiment.Name}' without it; set reanalysis.steps.");

    /// <summary>Refuses a start that is of another run.</summary>
    /// <param name="setup">This stage's setup.</param>
    /// <exception cref="ArgumentException">Climatology, correction or parameters differ.</exception>
    internal void Require(TrainingSetup setup)
    {
        new Faults("the model that the reanalysis stage starts from")
            .Require(setup.Simulator.System.Layout.Equals(Start.Context.Layout), nameof(AssimilationContext.Layout), $"{setup.Simulator.System.Layout}", Start.Context.Layout)
            .Require(setup.Operator.Locations.SequenceEqual(Start.Context.Locations), nameof(AssimilationContext.Locations), "those of the experiment's operator", "others")
            .Require(Names(setup.Correction?.WeightDefinitions) == Names(Start.Correction?.WeightDefinitions), nameof(TrainedModel.Correction), Names(setup.Correction?.WeightDefinitions), Names(Start.Correction?.WeightDefinitions))
            .Require(setup.StartingParameters.Keys.All(Start.Parameters.ContainsKey), nameof(TrainedModel.Parameters), string.Join(", ", setup.StartingParameters.Keys), string.Join(", ", Start.Parameters.Keys))
            .ThrowIfAny();

        static string Names(IReadOnlyList<WeightDefinition>? arrays) => arrays is null ? "none" : string.Join(", ", arrays.Select(a => $"{a.Name} [{string.Join(", ", a.Shape)}]"));
    }
}
