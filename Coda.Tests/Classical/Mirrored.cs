using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>Lorenz-63 seen by its z alone: the posterior has two modes, which are each other's mirror, (x, y) and (-x, -y).</summary>
internal static class Mirrored
{
    public static MemoryArchive Archive(int steps, int trajectories, ulong seed = 1, int interval = 10) => new TwinExperiment
    {
        System = new Component("lorenz63"),
        Operator = new Component("site-selection", new JsonObject { ["field"] = "z" }),
        ObservingNetwork = new Component("fixed-sites", new JsonObject { ["interval"] = interval }),
        Sigma = 1,
        StepCount = steps,
        TrajectoryCount = trajectories,
        SpinUpSteps = 1000,
        Seed = seed,
    }.Archive();
}
