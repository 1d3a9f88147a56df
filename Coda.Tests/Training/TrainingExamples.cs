using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Training.Experiments;

namespace Coda.Tests.Training;

/// <summary>Small experiments and records.</summary>
internal static class TrainingExamples
{
    public static TwinExperiment Twin { get; } = new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        StepLength = 0.02,
        StepCount = 300,
        TrajectoryCount = 2,
        SpinUpSteps = 200,
        Seed = 4,
    };

    public static Experiment Experiment { get; } = new()
    {
        Name = "small",
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3 }),
        Parameters = [new TrainedParameter("F", 6)],
        RolloutLength = 4,
        Steps = 12,
        BatchSize = 6,
        WarmUpSteps = 3,
        ValidationInterval = 4,
        CheckpointInterval = 5,
    };

    public static MemoryArchive Record(TwinExperiment? twin = null) => new((twin ?? Twin).Describe(), (twin ?? Twin).Observations());

    /// <summary>A record whose value at a step is that step, everywhere observed.</summary>
    public static MemoryArchive Clock(int sites = 4, long steps = 200, int trajectories = 1, Func<long, int, bool>? isObserved = null)
    {
        var description = Twin.Describe() with
        {
            Layout = Coda.Data.Dynamics.StateLayout.Ring(sites),
            SiteCount = sites,
            Steps = new StepRange(0, steps),
            TrajectoryCount = trajectories,
        };
        return new MemoryArchive(description, Enumerable.Range(0, trajectories).Select(trajectory =>
        {
            var stretch = new ObservationStretch(trajectory, description.Steps, sites);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                if (isObserved is null || isObserved(i / sites, i % sites))
                {
                    (stretch.Values[i], stretch.Mask[i]) = (i / sites, 1);
                }
            }

            return stretch;
        }));
    }
}
