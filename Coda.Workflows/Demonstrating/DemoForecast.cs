namespace Coda.Workflows.Demonstrating;

/// <summary>Forecasts that a demo makes.</summary>
/// <param name="Title">What tables call them.</param>
/// <param name="Method">The forecast model: hybrid (the demo's model), simulator or persistence.</param>
/// <param name="Starts">The analyses that they start from, by the name of a <see cref="DemoAnalysis"/> that looks back only.</param>
public sealed record DemoForecast(string Title, string Method, string Starts)
{
    /// <summary>The name of the model's own forecasts.</summary>
    internal const string Hybrid = "hybrid";
}
