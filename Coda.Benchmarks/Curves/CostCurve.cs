namespace Coda.Benchmarks.Curves;

/// <summary>What came of an operation at rising sizes.</summary>
/// <param name="Operation">What was done.</param>
/// <param name="Axis">What rose.</param>
/// <param name="Unit">What the times are of.</param>
/// <param name="Most">The exponent that it must not exceed.</param>
/// <param name="Why">Where that comes from.</param>
/// <param name="Sizes">The sizes.</param>
/// <param name="Microseconds">The processor's least time a unit at each.</param>
internal sealed record CostCurve(
    string Operation, CurveAxis Axis, string Unit, double Most, string Why, IReadOnlyList<double> Sizes, IReadOnlyList<double> Microseconds)
{
    /// <summary>What larger arrays add, where the state is what rises.</summary>
    public MemoryGrowth? Memory { get; init; }

    /// <summary>Whether it grows faster than it must.</summary>
    public bool IsTooFast => Fit.Exceeds(Most, Axis == CurveAxis.State ? Memory : null);

    /// <summary>The exponent.</summary>
    public PowerFit Fit => PowerFit.Of(Sizes, Microseconds);

    /// <summary>In words whether it grows faster than it must.</summary>
    public string Verdict => IsTooFast ? "grows faster than it must" : "no faster than it must";

    /// <summary>The least times of this and another measurement of the same.</summary>
    /// <param name="other">The other.</param>
    public CostCurve Least(CostCurve other) => this with { Microseconds = [.. Microseconds.Zip(other.Microseconds, Math.Min)] };
}
