using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>Fields with errors and units of their own: a field in another unit, with its error, is the same record.</summary>
[TestClass]
public sealed class FieldErrorTests
{
    private static readonly string[] Left =
    [
        "network", "cycle", "polished", "latent-three-dvar", "latent-four-dvar", "score-based-sampler", "letkf", "eakf", "field-optimal-interpolation",
    ]; // they need a model, or a grid

    // Where fewer do.
    private static readonly Dictionary<string, string> Few = new()
    {
        ["particle-filter"] = "particles=500", ["randomized-maximum-likelihood"] = "members=4", ["space-time-optimal-interpolation"] = "halfWidth=16",
    };

    public static IEnumerable<object[]> EveryMethod => AssimilationMethod.Catalog.Names.Except(Left)
        .Where(name => AssimilationMethod.Catalog.TypeOf(name).Assembly != typeof(FieldErrorTests).Assembly).Select(name => new object[] { name })
        .Append(["strong-four-dvar:solver=conjugateGradients,halfWidth=8"]);

    [TestMethod]
    [DynamicData(nameof(EveryMethod))]
    public void AMethodGivesTheSameAnalysesInAnyUnit(string name)
    {
        var method = name.Contains(':', StringComparison.Ordinal)
            ? MemberSettings.Component(name) : MemberSettings.Component(Few.TryGetValue(name, out var few) ? $"{name}:{few}" : name);
        var expected = Analyze(method, 1);
        ExampleTwins.AssertClose(expected, Analyze(method, ScaledTwin.Scale), 1e-4 * Math.Sqrt(expected.Average(v => (double)v * v)));
    }

    private static float[] Analyze(Component method, int scale)
    {
        var archive = ScaledTwin.Archive(scale);
        var blocks = AssimilationMethod.Catalog.Create(method, new AnalysisContext(archive)).Analyze(archive, new AnalysisRequest { Workers = 1 }).ToList();
        return ScaledTwin.InOneUnit([.. blocks.Values(), .. blocks.SelectMany(b => b.Spread?.ToArray() ?? [])], scale);
    }
}
