using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Workflows.Demonstrating;

/// <summary>Analyses that a demo makes.</summary>
/// <param name="Name">What tables and their folder call them: lower-case words with hyphens.</param>
/// <param name="Method">The method and its options.</param>
public sealed record DemoAnalysis(string Name, Component Method)
{
    /// <summary>Whether the method computes with the demo's model.</summary>
    public bool NeedsModel { get; init; }

    /// <summary>The test records that it analyzes, where it is too slow for all.</summary>
    public int? Records { get; init; }

    /// <summary>A method under its own name.</summary>
    /// <param name="method">The name in the catalogue.</param>
    /// <param name="options">Its options; its defaults where there are none.</param>
    public static DemoAnalysis Of(string method, JsonObject? options = null) => new(method, new Component(method, options));
}
