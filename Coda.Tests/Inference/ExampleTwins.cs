using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Tests.Inference;

/// <summary>Small twin experiments in memory.</summary>
internal static class ExampleTwins
{
    public static TwinExperiment Lorenz96(int size = 8, int steps = 60, int trajectories = 2, ulong seed = 4, double sigma = 1, double fraction = 0.25) => new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = size }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = fraction }),
        Sigma = sigma,
        StepCount = steps,
        TrajectoryCount = trajectories,
        SpinUpSteps = 500,
        Seed = seed,
    };

    public static MemoryArchive Archive(this TwinExperiment twin) => new(twin.Describe(), twin.Observations()) { Forcing = [.. twin.ForcingRows(100)] };

    public static float[] Values(this IEnumerable<StateBlock> blocks) => [.. blocks.SelectMany(b => b.States.ToArray())];

    public static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance)
    {
        Assert.HasCount(expected.Count, actual);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"entry {i}");
        }
    }
}
