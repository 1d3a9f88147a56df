using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Workflows.Demonstrating;

/// <summary>The quasi-geostrophic ocean of Sakov and Oke (2008), of which 300 points along tracks are observed every 5 units of time, with errors of
/// variance 4: the released network, a localized filter, and forecasts from what both make of the past.</summary>
/// <remarks>Nothing is trained. The quick form has a grid that the released network is not of, and does without it.</remarks>
public sealed class QuasiGeostrophicDemo : NamedDemo
{
    private const string Network = "network";
    private const string Filter = "eakf";

    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("quasi-geostrophic"),
        ObservingNetwork = new Component("tracks"),
        Sigma = 2,
        StepLength = 1.25,
        SpinUpSteps = 2800,
        StepCount = 640,
        Seed = 2008,
    };

    /// <inheritdoc/>
    public override string Name => "quasi-geostrophic";

    /// <inheritdoc/>
    public override DemoSettings Full
    {
        get
        {
            var filter = FilterOf(25, 10, "freeRun", 2000);
            return new()
            {
                Name = Name,
                Training = Twin with { Seed = Twin.Seed + 1 },
                Test = Twin,
                Released = Name,
                Margin = 200, // in which the filter finds the truth
                Analyses = [DemoAnalysis.Of(Network) with { NeedsModel = true }, filter, DemoAnalysis.Of("climatology")],
                Starts = [DemoAnalysis.Of(Network, new JsonObject { ["nowcast"] = true }) with { NeedsModel = true }, filter],
                Forecasts =
                [
                    new("hybrid, from nowcasts", DemoForecast.Hybrid, Network),
                    new("the simulator, from the filter", "simulator", Filter),
                    new("persistence, from the filter", "persistence", Filter),
                ],
                LookBack = 280,
                Leads = [0, 8, 16, 40, 80],
                StartEvery = 40,
            };
        }
    }

    /// <inheritdoc/>
    public override DemoSettings Quick
    {
        get
        {
            var twin = Twin with
            {
                System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17, ["biharmonic"] = 1e-9 }),
                ObservingNetwork = new Component("tracks", new JsonObject { ["count"] = 30 }),
                SpinUpSteps = 100,
                StepCount = 60,
            };
            var filter = FilterOf(10, 3, "model", 50);
            return Full with
            {
                Training = twin with { Seed = twin.Seed + 1 },
                Test = twin,
                Released = null,
                Margin = 0,
                Analyses = [filter, DemoAnalysis.Of("climatology")],
                Starts = [filter],
                Forecasts = [.. Full.Forecasts.Where(forecast => forecast.Starts == Filter)],
                LookBack = 20,
                Leads = [0, 4, 8],
                StartEvery = 10,
            };
        }
    }

    private static DemoAnalysis FilterOf(int members, double radius, string start, int spinUpSteps) => DemoAnalysis.Of(Filter, new JsonObject
    {
        ["members"] = members,
        ["radius"] = radius,
        ["inflation"] = 1.01,
        ["start"] = start,
        ["spinUpSteps"] = spinUpSteps,
    });
}
