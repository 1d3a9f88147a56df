using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Training;

/// <summary>What to train, from what, to where.</summary>
/// <param name="Experiment">The experiment; with its member reanalysis, the network is fitted to what the model of the joint stage makes of the record.</param>
/// <param name="Archive">The observations; it stays the caller's.</param>
/// <param name="Folder">The model's folder, which also holds what a run that was stopped goes on from (<see cref="TrainFolder"/>).</param>
public sealed record TrainJob(Experiment Experiment, ParquetArchive Archive, string Folder)
{
    /// <summary>The command that rebuilds the model, for its card.</summary>
    public string Command { get; init; } = $"{nameof(TrainWorkflow)}.{nameof(TrainWorkflow.Run)}";

    /// <summary>The number of threads of each rank, at least 1; one on each core by default. The bits of a run depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The ranks among which every batch is divided; this process alone by default. All run the same job; rank 0 writes, and all read what it
    /// wrote.</summary>
    public IRankGroup Ranks { get; init; } = OneRank.Instance;

    /// <summary>Where to train: cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The number of trajectories from which the parameters are estimated once more; 0 leaves them as trained.</summary>
    public int Refine { get; init; }

    /// <summary>The folder of the model to train further; <see langword="null"/> for none. With an experiment's reanalysis its network alone is, fitted to
    /// the reanalysis that the model makes of the record; else all of it, jointly.</summary>
    public string? From { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>Whether what an earlier run left in the folder is dropped.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>The directory to which the training's history goes as it grows, in files of events for TensorBoard, too; <see langword="null"/> for
    /// none.</summary>
    public string? TensorBoard { get; init; }

    /// <summary>Tells when these events were.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Refuses what does not go together.</summary>
    /// <exception cref="ArgumentException">Parameters to refine that there are not, or a start that cannot be one.</exception>
    internal void Check()
    {
        if (Refine > 0 && Experiment is ({ Parameters.Count: 0 } or { Correction: not null }))
        {
            throw new ArgumentException(
                $"--refine: expected an experiment that estimates parameters and learns no correction, got '{Experiment.Name}'. Leave out --refine.");
        }

        if (Refine > 0 && Experiment.Reanalysis?.Teacher == StateTeacher.Truth)
        {
            throw new ArgumentException("--refine: expected none with reanalysis.teacher=truth, for no reanalysis takes the parameters. Leave out --refine.");
        }

        if (File.Exists(TensorBoard))
        {
            throw new ArgumentException($"--tensorboard: expected a directory, or a new one, got the file '{TensorBoard}'. Name another.");
        }

        if (From is not null && Full(From) == Full(Folder))
        {
            throw new ArgumentException($"--from: expected a model in another folder than the output, got '{From}' for both; name another --output.");
        }

        ReanalysisMethod.Check(this);
    }

    private static string Full(string folder) => Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
}
