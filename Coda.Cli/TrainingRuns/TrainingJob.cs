using Coda.Data.Archives;
using Coda.Training.Experiments;

namespace Coda.Cli.TrainingRuns;

/// <summary>What to train, from what, to where.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Folder">The model's folder.</param>
/// <param name="Command">The command that rebuilds the model, for its card.</param>
internal sealed record TrainingJob(Experiment Experiment, string Archive, string Folder, string Command)
{
    /// <summary>The number of threads of LibTorch.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where to train.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The number of trajectories from which the parameters are estimated once more; 0 leaves them as trained.</summary>
    public int Refine { get; init; }

    /// <summary>The folder of the model to start from, whose network is fitted to the record without a joint stage; <see langword="null"/> for none.</summary>
    public string? Start { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>Whether the archive's parts are compared with their checksums.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Whether what an earlier run left in the folder is dropped.</summary>
    public bool IsRestarted { get; init; }
}
