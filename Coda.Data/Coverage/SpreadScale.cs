using System.Text.Json.Serialization;

namespace Coda.Data.Coverage;

/// <summary>How an estimate's error e relates to its spread s, told from residuals d = e + n against observations whose errors n are Gaussian of known
/// σ.</summary>
/// <remarks>
/// E e² = τ² s² from second moments, with the weights of the Gaussian likelihood: τ² = Σ w s² (d² - σ²) / Σ w s⁴, w = 1/(σ² + τ² s²)². Bands take it for
/// <see cref="Applied"/>, which leaves a spread as it is as far as observations do not contradict it. The excess kurtosis κ of e/s is from fourth moments with
/// the errors' taken off, E (d⁴ - 6 σ² d² + 3 σ⁴) = E e⁴, weighed against a prior of .2 ± .2, which decides where noise hides it. Quantiles of e/(τ s) are then
/// a Student's t of kurtosis κ (ν = 4 + 6/κ) or, for κ below 0, the Cornish-Fisher expansion's. Standard errors are over blocks of time, in which residuals
/// depend on each other; of fewer than ten they are widened by a Student's t, and of one there is none.
/// No truth is read. Deconvolution of the whole distribution would need errors far beyond σ (Fan, 1991, doi:10.1214/aos/1176348248:
/// rates logarithmic in n).
/// </remarks>
/// <param name="Variance">τ²; may be below 0 where it is not resolved.</param>
/// <param name="StandardError">Its standard error; infinite where all residuals are of one block of time.</param>
/// <param name="Kurtosis">κ.</param>
/// <param name="Count">The number of residuals.</param>
public sealed record SpreadScale(double Variance, double StandardError, double Kurtosis, int Count)
{
    private const double Resolving = 3; // standard errors
    private const double LeastVariance = 1e-2; // in weights
    private const int Iterations = 30;
    private const int LeastBlocks = 10; // for a kurtosis
    private const double LeastKurtosis = -1;
    private const double MostKurtosis = 6;
    private const double PriorKurtosis = 0.2; // of networks in dense records of other twins than are reported: 3.06 to 3.21, less 3
    private const double PriorDeviation = 0.2;

    /// <summary>Whether τ² is three standard errors from 0.</summary>
    [JsonIgnore]
    public bool IsResolved => Variance > Resolving * StandardError;

    /// <summary>The standard error of τ² over τ²: a hundredth changes the coverage of a band by about a sixth of a per cent.</summary>
    [JsonIgnore]
    public double RelativeError => Variance > 0 ? StandardError / Variance : double.PositiveInfinity;

    /// <summary>The τ² of bands: 1 + (τ² - 1) (1 - (SE/(τ² - 1))²), or 1 where its error is the larger (the positive part of James and Stein, 1961).</summary>
    public double Applied => Variance - 1 is var change && Math.Abs(change) > StandardError ? Variance - (StandardError * StandardError / change) : 1;

    /// <summary>Fits it.</summary>
    /// <param name="residuals">The residuals, at least one.</param>
    /// <param name="blockLength">The steps of a block of time, at least 1.</param>
    public static SpreadScale Of(IReadOnlyList<WithheldResidual> residuals, int blockLength)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLength, 1);
        var second = new Moment(0, 0);
        for (var (iteration, last) = (0, 1.0); iteration < Iterations; iteration++)
        {
            second = Sum(residuals, r => Second(r, last));
            last = Math.Max(second.Ratio, LeastVariance);
        }

        var variance = second.Ratio;
        var weights = Math.Max(variance, LeastVariance);
        var independent = Math.Sqrt(2 / Math.Max(residuals.Sum(r => Second(r, weights).Weight), double.Epsilon));
        var blocks = residuals.GroupBy(r => (r.Trajectory, r.Step / blockLength)).Select(block => Sum(block, r => Second(r, weights)))
            .Select(block => (block.Value - (variance * block.Weight)) / second.Weight).ToList();
        var error = Math.Max(independent, BlockError.Of(blocks));
        return new(
            variance, error, variance > Resolving * error ? KurtosisOf(residuals, variance, blockLength, second) : PriorKurtosis, residuals.Count);
    }

    /// <summary>The f with P(|e| ≤ f s) = level.</summary>
    /// <param name="level">The level, in (0, 1).</param>
    public double Factor(double level) => Math.Sqrt(Math.Max(Applied, 0)) * Quantile(ConformalQuantile.OfNormal(level));

    /// <summary>The level of which a factor is (<see cref="Factor"/>).</summary>
    /// <param name="factor">The factor, at least 0.</param>
    public double LevelOf(double factor)
    {
        var (low, high) = (1e-6, 1 - 1e-6);
        while (high - low > 1e-7)
        {
            var middle = (low + high) / 2;
            (low, high) = Factor(middle) < factor ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    // Of unit variance and kurtosis κ, at the place of the Gaussian's z; Student's t by Abramowitz and Stegun 26.7.5.
    private double Quantile(double z)
    {
        if (Kurtosis <= 0)
        {
            return z + (((z * z * z) - (3 * z)) * Kurtosis / 24);
        }

        var (v, z2) = (4 + (6 / Kurtosis), z * z);
        var t = z * (1 + ((z2 + 1) / (4 * v)) + (((((5 * z2) + 16) * z2) + 3) / (96 * v * v))
            + (((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / (384 * v * v * v)));
        return t * Math.Sqrt((v - 2) / v);
    }

    private static double KurtosisOf(IReadOnlyList<WithheldResidual> residuals, double variance, int blockLength, Moment second)
    {
        var fourth = Sum(residuals, r => Fourth(r, variance));
        var square = variance * variance;
        var blocks = residuals.GroupBy(r => (r.Trajectory, r.Step / blockLength)).Select(block =>
        {
            var (own, ofSecond) = (Sum(block, r => Fourth(r, variance)), Sum(block, r => Second(r, variance)));
            var change = (own.Value - (fourth.Ratio * own.Weight)) / fourth.Weight;
            var ofVariance = (ofSecond.Value - (variance * ofSecond.Weight)) / second.Weight;
            return (change / square) - (2 * fourth.Ratio * ofVariance / (square * variance));
        }).ToList();
        var (excess, error, prior) = ((fourth.Ratio / square) - 3, blocks.Sum(b => b * b), PriorDeviation * PriorDeviation);
        return blocks.Count < LeastBlocks ? PriorKurtosis
            : Math.Clamp(((excess * prior) + (PriorKurtosis * error)) / (prior + error), LeastKurtosis, MostKurtosis);
    }

    private static Moment Second(WithheldResidual r, double variance)
    {
        var (s2, n2) = (r.Spread * r.Spread, r.Deviation * r.Deviation);
        var weight = s2 / Math.Pow(n2 + (variance * s2), 2);
        return new(weight * ((r.Error * r.Error) - n2), weight * s2);
    }

    private static Moment Fourth(WithheldResidual r, double variance)
    {
        var (s2, n2, d2) = (r.Spread * r.Spread, r.Deviation * r.Deviation, r.Error * r.Error);
        var weight = s2 * s2 / Math.Pow(n2 + (variance * s2), 4);
        return new(weight * ((d2 * d2) - (6 * n2 * d2) + (3 * n2 * n2)), weight * s2 * s2);
    }

    private static Moment Sum(IEnumerable<WithheldResidual> residuals, Func<WithheldResidual, Moment> of)
    {
        var (value, weight) = (0.0, 0.0);
        foreach (var residual in residuals)
        {
            var moment = of(residual);
            (value, weight) = (value + moment.Value, weight + moment.Weight);
        }

        return new(value, weight);
    }

    // A weighted sum, and the sum of its weights.
    private readonly record struct Moment(double Value, double Weight)
    {
        public double Ratio => Weight > 0 ? Value / Weight : 0;
    }
}
