using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Workflows.Demonstrating;

/// <summary>The quasi-geostrophic ocean of Sakov and Oke (2008), of which 300 points along tracks are observed every 5 units of time, with errors of
/// variance 4: a localized filter, and forecasts from its analyses.</summary>
/// <remarks>Nothing is trained: a network comes in by <see cref="DemoSettings.Released"/>, with a method that needs it.</remarks>
public sealed class QuasiGeostrophicDemo : NamedDemo
{
    private const string Filter = "letkf";

    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("quasi-geostrophic"),
        ObservingNetwork = new Component("tracks"),
        Sigma = 2,
        StepLength = 1.25,
        SpinUpSteps = 800,
        StepCount = 240,
        Seed = 2008,
    };

    /// <inheritdoc/>
    public override string Name => "quasi-geostrophic";

    /// <inheritdoc/>
    public override DemoSettings Full => Of(Twin, lookBack: 80, every: 40, [0, 8, 16, 40, 80], FilterOf(25, 10, 400));

    /// <inheritdoc/>
    public override DemoSettings Quick => Of(
        Twin with
        {
            System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17, ["biharmonic"] = 1e-9 }),
            ObservingNetwork = new Component("tracks", new JsonObject { ["count"] = 30 }),
            SpinUpSteps = 100,
            StepCount = 60,
        },
        lookBack: 20, every: 10, [0, 4, 8], FilterOf(6, 3, 50));

    private DemoSettings Of(TwinExperiment twin, int lookBack, int every, int[] leads, DemoAnalysis filter) => new()
    {
        Name = Name,
        Training = twin with { Seed = twin.Seed + 1 },
        Test = twin,
        Margin = 0,
        Analyses = [filter, DemoAnalysis.Of("climatology")],
        Starts = [filter],
        Forecasts = [new("the simulator, from the filter", "simulator", Filter), new("persistence, from the filter", "persistence", Filter)],
        LookBack = lookBack,
        Leads = leads,
        StartEvery = every,
    };

    private static DemoAnalysis FilterOf(int members, double radius, int spinUpSteps) => DemoAnalysis.Of(
        Filter, new JsonObject { ["members"] = members, ["radius"] = radius, ["inflation"] = 1.05, ["spinUpSteps"] = spinUpSteps });
}
