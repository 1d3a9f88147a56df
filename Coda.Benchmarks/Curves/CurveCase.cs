namespace Coda.Benchmarks.Curves;

/// <summary>An operation whose time is taken at rising sizes.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Axis">What rises.</param>
/// <param name="Unit">What the time is of: an analysis, a step.</param>
/// <param name="Sizes">The sizes, rising by about the same factor.</param>
/// <param name="Most">The exponent of time against size that it must not exceed.</param>
/// <param name="Why">Where that exponent comes from.</param>
/// <param name="Make">Makes ready what is timed at a size.</param>
internal sealed record CurveCase(
    string Operation, CurveAxis Axis, string Unit, IReadOnlyList<int> Sizes, double Most, string Why, Func<int, CurveWork> Make)
{
    /// <summary>What is missing here, so that it is left out; nothing where all is there.</summary>
    public Func<string?> Lacks { get; init; } = () => null;

    /// <summary>The same over the first sizes alone.</summary>
    /// <param name="count">How many.</param>
    public CurveCase Shortened(int count) => this with { Sizes = [.. Sizes.Take(count)] };
}
