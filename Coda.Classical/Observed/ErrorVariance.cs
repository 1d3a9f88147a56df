using Coda.Data.Archives;

namespace Coda.Classical.Observed;

/// <summary>The variance of the observations' errors: one that is given, else each observation's own, else the archive's.</summary>
/// <param name="Given">The standard deviation that overrides the archive's, or nothing.</param>
/// <param name="Archive">The archive's standard deviation, or nothing.</param>
internal sealed record ErrorVariance(double? Given, double? Archive)
{
    /// <summary>The variance of one observation's error.</summary>
    /// <param name="stretch">The stretch it is in.</param>
    /// <param name="index">Its place there.</param>
    /// <exception cref="ArgumentException">It is not known.</exception>
    public double Of(ObservationStretch stretch, int index)
    {
        var sigma = Given ?? (stretch.Sigma?[index] is > 0 and var own ? own : Archive)
            ?? throw new ArgumentException("Expected the observations' standard error, got an archive without sigma; give the method's option sigma.");
        return sigma * sigma;
    }
}
