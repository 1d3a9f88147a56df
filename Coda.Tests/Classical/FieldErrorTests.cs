using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>Fields with errors and units of their own: a field in a unit 1024 times as small, with its error, is the same record.</summary>
[TestClass]
public sealed class FieldErrorTests
{
    private const int Scale = 1024; // a power of 2, for what is chaotic turns on the last bit
    private const double Sigma = 1.5;

    private static readonly string[] Left = ["network", "polished", "letkf"];

    private static readonly TwinExperiment Twin = new()
    {
        System = Convection(1), ObservingNetwork = new Component("fixed-sites", new JsonObject { ["interval"] = 8 }), Sigma = Sigma, StepLength = 0.01,
        StepCount = 250, TrajectoryCount = 1, SpinUpSteps = 1000, Seed = 3,
    };

    public static IEnumerable<object[]> EveryMethod => AssimilationMethod.Catalog.Names.Except(Left)
        .Where(name => AssimilationMethod.Catalog.TypeOf(name).Assembly != typeof(FieldErrorTests).Assembly).Select(name => new object[] { name })
        .Append(["strong-four-dvar:solver=conjugateGradients"]);

    [TestMethod]
    [DynamicData(nameof(EveryMethod))]
    public void AMethodGivesTheSameAnalysesInAnyUnit(string name)
    {
        var method = name.Split(':') is [var before, var setting] ? MemberSettings.Component(before, [setting]) : new Component(name, name == "space-time-optimal-interpolation" ? new JsonObject { ["halfWidth"] = 16 } : null);
        var expected = Analyze(method, Archive(1));
        var scaled = Analyze(method, Archive(Scale));
        var deviation = Math.Sqrt(expected.Average(v => (double)v * v));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], scaled[i] / (i % 3 == 2 ? Scale : 1), 1e-4 * deviation, $"entry {i % 3} of step {i / 3}");
        }
    }

    private static float[] Analyze(Component method, MemoryArchive archive) =>
        AssimilationMethod.Catalog.Create(method, new AnalysisContext(archive)).Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();

    private static Component Convection(double scale) => new("scaled-convection", new JsonObject { ["scale"] = scale });

    /// <summary>The twin's observations, with z in a smaller unit.</summary>
    private static MemoryArchive Archive(int scale)
    {
        var description = Twin.Describe() with { System = Convection(scale) };
        var stretches = Twin.Observations().ToList();
        foreach (var stretch in stretches)
        {
            for (var i = 2; i < stretch.Values.Length; i += 3)
            {
                stretch.Values[i] *= scale;
            }
        }

        return new(scale == 1 ? description : description with { Fields = new() { ["z"] = new() { Sigma = Sigma * scale, Unit = "mK" } } }, stretches);
    }
}
