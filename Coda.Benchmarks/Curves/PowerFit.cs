using MathNet.Numerics.Distributions;

namespace Coda.Benchmarks.Curves;

/// <summary>The least-squares exponent p of time = c · size^p.</summary>
/// <param name="Exponent">p.</param>
/// <param name="Half">Half of the interval that holds it with 95 % if errors of log time are independent, Gaussian and of one size (Student's t).</param>
/// <param name="End">The exponent between the last two sizes: what a small constant part hides from p shows here first.</param>
internal sealed record PowerFit(double Exponent, double Half, double End)
{
    private const double Tolerance = 0.15;
    private const double MemoryShare = 0.5; // where a cache ends, of an operation that does more than to read and write
    private const double EndTolerance = 0.3; // one pair of times has no interval

    /// <summary>Fits points.</summary>
    /// <param name="sizes">At least three, greater than 0.</param>
    /// <param name="times">One each, greater than 0.</param>
    /// <exception cref="ArgumentException">Fewer, or others.</exception>
    public static PowerFit Of(IReadOnlyList<double> sizes, IReadOnlyList<double> times)
    {
        if (sizes.Count < 3 || sizes.Count != times.Count || sizes.Concat(times).Any(value => !(value > 0)) || sizes.Distinct().Count() < 3)
        {
            throw new ArgumentException($"Expected a time greater than 0 at each of at least three sizes, got {string.Join(", ", sizes.Zip(times))}.");
        }

        var (x, y) = (sizes.Select(size => Math.Log(size)).ToArray(), times.Select(time => Math.Log(time)).ToArray());
        var (meanX, meanY, freedom) = (x.Average(), y.Average(), x.Length - 2);
        var spread = x.Sum(value => (value - meanX) * (value - meanX));
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        var residual = x.Zip(y, (a, b) => Math.Pow(b - meanY - (slope * (a - meanX)), 2)).Sum();
        var half = StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(residual / freedom / spread);
        return new(slope, half, (y[^1] - y[^2]) / (x[^1] - x[^2]));
    }

    /// <summary>Whether time grows faster than it must: over all sizes by more than the interval, or at the end.</summary>
    /// <param name="most">The exponent that it must not exceed.</param>
    /// <param name="memory">What the machine's memory adds to it; nothing by default.</param>
    public bool Exceeds(double most, MemoryGrowth? memory = null) =>
        Exponent - Half > most + (memory?.Whole ?? 0) + Tolerance || End > most + (MemoryShare * (memory?.Steepest ?? 0)) + EndTolerance;
}
