using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using Coda.Workflows.Training;

namespace Coda.Workflows.Proving;

/// <summary>Lets a training go on from its checkpoint for some steps, in copies: at once, and stopped half-way.</summary>
/// <param name="folder">The model's folder, with the checkpoint, which stays as it is.</param>
/// <param name="card">The model's card.</param>
/// <param name="archive">What was trained on.</param>
/// <param name="scratch">Where the copies are; it must exist.</param>
internal sealed class ResumedTraining(string folder, ModelCard card, ParquetArchive archive, string scratch)
{
    private readonly string _checkpoint = Path.Combine(folder, TrainFolder.Checkpoint);

    /// <summary>How many steps it goes on.</summary>
    public const int Steps = 50;

    /// <summary>What came of it, or why nothing can.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">The archive is another than the one that was trained on.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public (ProvenResumption? Resumed, string? Why) Run(CancellationToken cancellation)
    {
        var start = Checkpoint.Read(_checkpoint).Checkpoint;
        if (Stage(start) is not { } stage)
        {
            return (null, $"{TrainFolder.Checkpoint} is of a training that started from a model, or of another version");
        }

        if (!stage.IsOf(start.Identity) && stage.EarlierOf(start.Identity) is null)
        {
            throw new ArgumentException(
                $"{archive.Path}: expected the archive that {_checkpoint} was trained on, got another. Name that one with --archive.");
        }

        if (stage.DifferenceTo(_checkpoint, card, Weights()) is { } difference)
        {
            return (new(start.Step, 0, "", "") { Other = difference }, null);
        }

        var atOnce = Copy("at-once");
        GoOn(atOnce, start, start.Step + Steps, cancellation);
        if (Checkpoint.Read(atOnce).Checkpoint.Step == start.Step)
        {
            return (null, $"the training ended at step {start.Step} because it no longer got better (patience), and would end there again");
        }

        var stopped = Copy("stopped");
        GoOn(stopped, start, start.Step + (Steps / 2), cancellation);
        GoOn(stopped, start, start.Step + Steps, cancellation);
        var steps = Checkpoint.Read(atOnce).Checkpoint.Step - start.Step;
        return (new(start.Step, steps, FileHash.Sha256(atOnce, cancellation), FileHash.Sha256(stopped, cancellation)), null);
    }

    // As the joint stage left them: where the network was then fitted to states, those of the model in joint/, if there is one.
    private string? Weights() => !File.Exists(Path.Combine(folder, TrainFolder.ReanalysisCheckpoint)) ? Path.Combine(folder, ModelFolder.Weights)
        : Path.Combine(folder, TrainFolder.Joint, ModelFolder.Weights) is var joint && File.Exists(joint) ? joint : null;

    private JointStage? Stage(Checkpoint start) => JointStage.Of(start, new PlausibleObservations(archive, PlausibleObservations.DefaultDeviations), Steps);

    private string Copy(string name)
    {
        var path = Path.Combine(scratch, $"{name}.safetensors");
        File.Copy(_checkpoint, path);
        return path;
    }

    private void GoOn(string path, Checkpoint start, int last, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var loop = new TrainingLoop(Stage(start)!, path, threads: start.Shares ?? 1, notices: new Progress<string>());
        loop.Recorder = new StopAt(last, stop);
        try
        {
            loop.Run(cancellation: stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // At the step that was asked for, of which the checkpoint was written.
        }
    }

    private sealed class StopAt(int last, CancellationTokenSource stop) : ITrainingRecorder
    {
        public bool Takes(int step)
        {
            if (step >= last)
            {
                stop.Cancel();
            }

            return false;
        }

        public void Take(TrainingFigures figures)
        {
            // Nothing is kept of copies.
        }

        public void Save()
        {
        }
    }
}
