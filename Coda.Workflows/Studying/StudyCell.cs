using Coda.Data.Twins;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>One run of a study: what is trained on which record, and scored on which others.</summary>
public sealed record StudyCell
{
    /// <summary>What is trained.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>The training record; its truth is never written.</summary>
    public TwinExperiment Training { get; init; } = new() { TrajectoryCount = 400, StepCount = 600, Seed = 1996 };

    /// <summary>The test records.</summary>
    public TwinExperiment Test { get; init; } = new() { TrajectoryCount = 8, StepCount = 1100, Seed = 2024 };

    /// <summary>The steps left out at each end of a test record.</summary>
    public int Margin { get; init; } = 50;

    /// <summary>The trajectories from which the parameters are estimated once more; 0 leaves them as trained.</summary>
    public int Refine { get; init; }

    /// <summary>The passes with which the analyses are polished and scored a second time; 0 for none.</summary>
    public int Polish { get; init; }

    /// <summary>How often the analyses of a part of the test records are timed, by one worker; 0 for not at all.</summary>
    public int TimingRounds { get; init; }

    /// <summary>Whether the network is also scored, and timed, with convolutions in eight-bit integers.</summary>
    public bool IsQuantized { get; init; }
}
