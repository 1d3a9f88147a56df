using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Tests.Data;

/// <summary>Twin experiments with what their system's forcing needs.</summary>
internal static class ForcedTwins
{
    /// <summary>The experiment with a seasonal cycle for each series that its system reads.</summary>
    public static TwinExperiment Forced(this TwinExperiment experiment)
    {
        var series = DynamicalSystem.Catalog.Create(experiment.System).Forcing.Where(u => u != ForcingDefinition.Time).ToList();
        return series.Count == 0 ? experiment : experiment with { Forcing = series.ToDictionary(u => u.Name, u => Cycle(8, 3, 2)) };
    }

    public static Component Cycle(double mean, double amplitude, double period) =>
        new("sine", new JsonObject { ["mean"] = mean, ["amplitude"] = amplitude, ["period"] = period });
}
