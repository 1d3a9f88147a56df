using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Every assimilation method, by name.</summary>
public static class Methods
{
    /// <summary>The catalogue; the context of its entries is an <see cref="AnalysisContext"/>.</summary>
    public static Catalog<AssimilationMethod> Catalog { get; } = new("method");
}
