using Coda.Data.Archives;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains the score of segments of the training record by denoising (Vincent, 2011): the mean square of D(x + σ z, σ) - x in the
/// climatology's deviations, times 1 + 1 / σ², so that all levels count alike.</summary>
/// <remarks>ln σ is drawn evenly. Where the system says that no place along an axis of its grid is special, segments are turned round it at random.</remarks>
public sealed class ScoreStage : StatesStage<ScoreNetwork>
{
    /// <summary>The score's name among the parts.</summary>
    public const string Score = "score";

    /// <summary>Brings an experiment together with an archive and its states.</summary>
    /// <param name="experiment">What to train and how; it has the member score.</param>
    /// <param name="archive">The observations, of which only the climatology is read.</param>
    /// <param name="states">The states to train on.</param>
    /// <param name="start">The model whose score it starts from, and whose climatology it keeps; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public ScoreStage(Experiment experiment, IObservationArchive archive, Reanalysis states, TrainedModel? start = null)
        : base(Score, Set(experiment, archive, start?.Context), states, start, turns: true)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["denoising"];

    /// <inheritdoc/>
    public override bool StartCompetes => Start is not null;

    /// <summary>Refuses, before its states are made, an experiment that could not be trained with them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">No such member, an unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static void Require(Experiment experiment, IObservationArchive archive) => Set(experiment, archive, null);

    /// <inheritdoc/>
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new ScoreShare(this, weights[0], rows, device);

    /// <inheritdoc/>
    public override TrainedModel End(TrainedWeights trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        return End(trained, Context);
    }

    private static (StatesTask Task, ScoreNetwork Network) Set(Experiment experiment, IObservationArchive archive, AssimilationContext? start)
    {
        var fit = ObservedTask.FitOf(experiment, archive, "score", e => e.Score);
        ScoreNetwork? network = null;
        var task = StatesTask.Of(experiment, archive, start, context =>
        {
            network = ScoreNetwork.Catalog.Create(fit.Network, context);
            return 1 + (2 * network.Blanket * fit.Every);
        });
        return (task, network!);
    }
}
