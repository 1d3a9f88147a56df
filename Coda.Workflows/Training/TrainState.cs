using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Natives;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>What the stages of one training share.</summary>
/// <param name="Job">What to train, from what, to where.</param>
/// <param name="Progress">Told how it gets on.</param>
/// <param name="Cancellation">Stops it.</param>
internal sealed record TrainState(TrainJob Job, IWorkflowProgress Progress, CancellationToken Cancellation) : IDisposable
{
    /// <summary>The archive's observations, those that no climatology has being errors.</summary>
    public PlausibleObservations Observations { get; } = new(Job.Archive, Job.GrossCheck);

    /// <summary>The course of all stages.</summary>
    private TrainRecorder Recorder { get; } = new(Job);

    /// <summary>The command that rebuilds the model, and what was trained before it where that alone does not.</summary>
    public string Command { get; private set; } = Job.Command;

    /// <summary>The experiment's standard deviation of the errors, which stands for the archive's; nothing where observations have errors of their own, by
    /// which the joint stage takes each.</summary>
    public double? Sigma => Job.Experiment.Sigma is { } sigma && Job.Archive.Description.Steps.Start is var first
        && Job.Archive.ReadObservations(0, new(first, first + 1)).Sigma is null ? sigma : null;

    /// <summary>A path in the model's folder.</summary>
    /// <param name="name">The file or directory.</param>
    public string At(string name) => Path.Combine(Job.Folder, name);

    /// <summary>Has rank 0 alone do something, for which the others wait.</summary>
    /// <param name="work">Does it, with what is shared here but for the other ranks.</param>
    /// <typeparam name="T">What comes of it, which JSON holds without loss.</typeparam>
    /// <returns>The same on every rank.</returns>
    public T OnFirst<T>(Func<TrainState, T> work) => Job.Ranks.OnFirst(() => work(this with { Job = Job with { Ranks = OneRank.Instance } }));

    /// <summary>Has rank 0 alone do something that makes nothing but what it writes.</summary>
    /// <param name="work">Does it.</param>
    public void OnFirst(Action<TrainState> work) => OnFirst(first =>
    {
        work(first);
        return true;
    });

    /// <summary>Trains to the end, from the checkpoint where there is one.</summary>
    /// <param name="stage">What is trained and how.</param>
    /// <param name="title">The same in words.</param>
    /// <param name="name">The same in the training's history.</param>
    /// <param name="checkpoint">The checkpoint in the model's folder.</param>
    public TrainedModel Train(RolloutStage stage, string title, string name, string checkpoint)
    {
        var device = TorchDevice.Require(Job.Device);
        return Train(stage, trained => stage.End(trained, device), title, name, checkpoint);
    }

    /// <summary>Trains to the end, from the checkpoint where there is one.</summary>
    /// <param name="stage">What is trained and how.</param>
    /// <param name="end">Gives the model that training ended in.</param>
    /// <param name="title">The same in words.</param>
    /// <param name="name">The same in the training's history.</param>
    /// <param name="checkpoint">The checkpoint in the model's folder.</param>
    public TrainedModel Train(TrainingStage stage, Func<TrainedWeights, TrainedModel> end, string title, string name, string checkpoint)
    {
        var (path, device) = (At(checkpoint), TorchDevice.Require(Job.Device));
        using var training = new TrainingLoop(stage, path, device, Job.Threads, new Relay<string>(Progress.Say), Job.Ranks);
        if (training.Step > 0)
        {
            Progress.Say($"Going on from step {training.Step} of {stage.Experiment.Steps} ({path}).");
        }

        if (training.Before is { Count: > 0 } before)
        {
            Command += $" # after {string.Join(", then ", before)}";
        }

        Recorder.Begin(name, training.Step);
        training.Recorder = Recorder;
        var (forecast, course) = (new TrainTime(Progress, training.Step), new Course());
        try
        {
            var trained = Progress.Run(
                title, state => training.Run(new Relay<TrainingProgress>(p => state.Report(Describe(forecast.Of(p), course))), Cancellation));
            return end(trained);
        }
        catch (OperationCanceledException)
        {
            Progress.Say($"The checkpoint holds step {training.Step} of {stage.Experiment.Steps} ({path}).");
            throw;
        }
        catch (DivergenceException)
        {
            Recorder.Save(); // how it got there
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Recorder.Dispose();

    private static PhaseState Describe(TrainingProgress progress, Course course)
    {
        course.Add(progress.Terms.Values.Sum());
        var terms = progress.Terms.Select(t => FormattableString.Invariant($"{t.Key} {t.Value:G4}"));
        var parameters = progress.Parameters.Select(p => FormattableString.Invariant($"{p.Key} = {p.Value:G5}"));
        var validation = progress.Validation is { } loss ? [FormattableString.Invariant($"validation {loss:G4}")] : Array.Empty<string>();
        var speed = FormattableString.Invariant($"{progress.StepsPerSecond:F1} steps/s");
        return new PhaseState(
            (double)progress.Step / progress.Steps,
            string.Join(", ", [$"step {progress.Step}/{progress.Steps}", .. terms, .. validation, .. parameters, speed]))
        {
            Course = course.Means,
        };
    }
}
