using Coda.Data.Algebra;

namespace Coda.Data.Scoring;

/// <summary>The continuous ranked probability score (CRPS) of a Gaussian with the estimate as mean and the spread as standard deviation; the mean over sites
/// and time.</summary>
/// <remarks>
/// Gneiting, Raftery, Westveld and Goldman (2005), doi:10.1175/MWR2904.1, eq. 5: s (z (2 Φ(z) - 1) + 2 φ(z) - 1 / √π), z the error over the spread s. In state
/// units, smaller is better; with no spread at all it is the mean absolute error.
/// </remarks>
public sealed class ContinuousRankedProbability : IScore
{
    /// <summary>Its name in the catalogue.</summary>
    public const string Name = "continuous-ranked-probability";

    /// <summary>Makes the score.</summary>
    /// <param name="options">None.</param>
    public ContinuousRankedProbability(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public bool NeedsSpread => true;

    /// <inheritdoc/>
    public bool IsError => true;

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread)
    {
        var sum = 0.0;
        for (var i = 0; i < errors.Length; i++)
        {
            sum += OfOne(errors[i], spread[i]);
        }

        return sum / errors.Length;
    }

    private static double OfOne(double error, double spread)
    {
        if (spread == 0)
        {
            return Math.Abs(error);
        }

        var z = error / spread;
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        return spread * ((z * ErrorFunction.Of(z / Math.Sqrt(2))) + (2 * density) - (1 / Math.Sqrt(Math.PI)));
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
