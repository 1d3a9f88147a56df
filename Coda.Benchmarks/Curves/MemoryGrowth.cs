namespace Coda.Benchmarks.Curves;

/// <summary>What an exponent is greater by because larger arrays lie in slower memory: a pass over arrays that do nothing but grow is timed in the same
/// run.</summary>
/// <param name="Whole">Over all sizes, at least 0.</param>
/// <param name="Steepest">Between two neighbouring sizes, where a cache ends, at least 0.</param>
internal sealed record MemoryGrowth(double Whole, double Steepest)
{
    /// <summary>The pass: b = a · c + b, element by element, from arrays in the second-level cache to ones that no cache holds.</summary>
    public static CurveCase Case { get; } = new(
        "memory", CurveAxis.State, "pass", [1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24], 1, "a number after another", size =>
        {
            var (a, b, c) = (new double[size], new double[size], new double[size]);
            return new(() => System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(a, c, b, b), 1);
        });

    /// <summary>From what was timed.</summary>
    /// <param name="curve">The curve of <see cref="Case"/>.</param>
    public static MemoryGrowth Of(CostCurve curve)
    {
        var slopes = Enumerable.Range(1, curve.Sizes.Count - 1)
            .Select(i => Math.Log(curve.Microseconds[i] / curve.Microseconds[i - 1]) / Math.Log(curve.Sizes[i] / curve.Sizes[i - 1]));
        return new(Math.Max(0, curve.Fit.Exponent - 1), Math.Max(0, slopes.Max() - 1));
    }
}
