using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;

namespace Coda.Training.Stages;

/// <summary>The stage after the joint one: the network alone is fitted to a reanalysis.</summary>
public sealed class ReanalysisStage : RolloutStage
{
    /// <summary>Brings an experiment together with the reanalysis of an archive.</summary>
    /// <param name="experiment">The whole experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="start">The model that the joint stage ended in; its network is what is trained further, its parameters and correction stay.</param>
    /// <param name="reanalysis">The states of the training record, from that model and the record's observations.</param>
    /// <exception cref="ArgumentException">The experiment has no such stage, or experiment, archive, model and reanalysis do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short.</exception>
    public ReanalysisStage(Experiment experiment, IObservationArchive archive, TrainedModel start, Reanalysis reanalysis)
        : base(new TrainingSetup(Of(experiment), archive, reanalysis, (start ?? throw new ArgumentNullException(nameof(start))).Context), start,
            trainsCorrection: false)
    {
        Require(Setup, experiment, archive);
        Require(start);
    }

    /// <inheritdoc/>
    public override bool StartCompetes => true;

    /// <inheritdoc/>
    public override string OptionPrefix => "reanalysis.";

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
            new Faults($"experiment '{experiment.Name}', whose network is fitted to a reanalysis")
                .Require(!network.HasSpread || fit.RedrawProbability == 1, $"reanalysis.{nameof(fit.RedrawProbability)}",
                    "1, since a spread is learned from windows drawn anew, or a network without hasSpread", fit.RedrawProbability)
                .Require(2L * fit.SpinUpSteps <= archive.Description.Steps.Count, $"reanalysis.{nameof(fit.SpinUpSteps)}",
                    $"at most half of the record's {archive.Description.Steps.Count} steps", fit.SpinUpSteps)
                .ThrowIfAny();
        }
    }

    private static Experiment Of(Experiment experiment) => experiment.Reanalysis?.Of(experiment)
        ?? throw new ArgumentException(
            $"Expected an experiment whose member 'reanalysis' says how to fit one, got '{experiment.Name}' without it; set reanalysis.steps.");

    // A start that is of another run.
    private void Require(TrainedModel start)
    {
        new Faults("the model that the reanalysis stage starts from")
            .Require(Setup.Simulator.System.Layout.Equals(start.Context.Layout), nameof(AssimilationContext.Layout), $"{Setup.Simulator.System.Layout}",
                start.Context.Layout)
            .Require(Setup.Operator.Locations.SequenceEqual(start.Context.Locations),
                nameof(AssimilationContext.Locations), "those of the experiment's operator", "others")
            .Require(Names(Setup.Correction) == Names(start.PartOf<Correction>()?.Component), nameof(Correction), Names(Setup.Correction),
                Names(start.PartOf<Correction>()?.Component))
            .Require(Setup.StartingParameters.Keys.All(start.Parameters.ContainsKey), nameof(TrainedModel.Parameters),
                string.Join(", ", Setup.StartingParameters.Keys), string.Join(", ", start.Parameters.Keys))
            .ThrowIfAny();

        static string Names(ITrainable? component) => component is null
            ? "none" : string.Join(", ", component.WeightDefinitions.Select(a => $"{a.Name} [{string.Join(", ", a.Shape)}]"));
    }
}
