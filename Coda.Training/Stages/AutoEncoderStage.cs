using Coda.Data.Archives;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains an auto-encoder on states of the training record: the mean square of D(E(x + noise)) - x over the climatology's
/// deviations.</summary>
/// <remarks>Where the system says that no place along an axis of its grid is special, states are turned round it at random.</remarks>
public sealed class AutoEncoderStage : StatesStage<AutoEncoder>
{
    /// <summary>The auto-encoder's name among the parts.</summary>
    public const string AutoEncoder = "auto-encoder";

    /// <summary>Brings an experiment together with an archive and its states.</summary>
    /// <param name="experiment">What to train and how; it has the member autoEncoder.</param>
    /// <param name="archive">The observations, of which only the climatology is read.</param>
    /// <param name="states">The states to train on.</param>
    /// <param name="start">The model whose auto-encoder it starts from, and whose climatology it keeps; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public AutoEncoderStage(Experiment experiment, IObservationArchive archive, Reanalysis states, TrainedModel? start = null)
        : base(AutoEncoder, Set(experiment, archive, start?.Context), states, start, turns: true)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["reconstruction"];

    /// <inheritdoc/>
    public override bool StartCompetes => Start is not null;

    /// <summary>Refuses, before its states are made, an experiment that could not be trained with them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">No such member, an unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static void Require(Experiment experiment, IObservationArchive archive) => Set(experiment, archive, null);

    /// <inheritdoc/>
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new AutoEncoderShare(this, weights[0], rows, device);

    /// <inheritdoc/>
    public override TrainedModel End(TrainedWeights trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        return End(trained, Context);
    }

    private static (StatesTask Task, AutoEncoder Network) Set(Experiment experiment, IObservationArchive archive, AssimilationContext? start)
    {
        var fit = ObservedTask.FitOf(experiment, archive, "autoEncoder", e => e.AutoEncoder);
        var task = StatesTask.Of(experiment, archive, start, _ => 1);
        return (task, Networks.AutoEncoder.Catalog.Create(fit.Network, task.Context));
    }
}
