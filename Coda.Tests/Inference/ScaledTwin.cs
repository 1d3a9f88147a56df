using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Tests.Inference;

/// <summary>A record of convection whose field z comes in a unit of its own, with its error: the same record at any scale.</summary>
internal static class ScaledTwin
{
    public const int Scale = 1024; // a power of 2, for what is chaotic turns on the last bit
    public const double Sigma = 1.5;

    public static Component Convection(double scale) => new("scaled-convection", new JsonObject { ["scale"] = scale });

    /// <summary>The record, with z a number times as large.</summary>
    public static MemoryArchive Archive(int scale, int interval = 8, int trajectories = 1)
    {
        var twin = new TwinExperiment
        {
            System = Convection(1), ObservingNetwork = new Component("fixed-sites", new JsonObject { ["interval"] = interval }), Sigma = Sigma,
            StepLength = 0.01, StepCount = 250, TrajectoryCount = trajectories, SpinUpSteps = 1000, Seed = 3,
        };
        var description = twin.Describe() with { System = Convection(scale) };
        var stretches = twin.Observations().ToList();
        foreach (var stretch in stretches)
        {
            for (var i = 2; i < stretch.Values.Length; i += 3)
            {
                stretch.Values[i] *= scale;
            }
        }

        return new(scale == 1 ? description : description with { Fields = new() { ["z"] = new() { Sigma = Sigma * scale, Unit = "mK" } } }, stretches);
    }

    /// <summary>States with z in the unit of scale 1.</summary>
    public static float[] InOneUnit(IReadOnlyList<float> states, int scale) => [.. states.Select((x, i) => i % 3 == 2 ? x / scale : x)];
}
