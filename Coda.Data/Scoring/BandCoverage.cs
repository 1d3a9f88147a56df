namespace Coda.Data.Scoring;

/// <summary>The share of a state's entries whose truth lies in their band; the mean over time is what a band's level promises.</summary>
public static class BandCoverage
{
    /// <summary>Its name among the scores.</summary>
    public const string Name = "coverage";

    /// <summary>The share of one state.</summary>
    /// <param name="errors">Estimate less truth. [site]</param>
    /// <param name="band">The half-widths of the bands, 0 where there is none, NaN where none is known, which covers nothing;
    /// empty where the estimate has none. [site]</param>
    /// <returns>The share among entries that have a band; <see langword="null"/> where none has.</returns>
    public static double? Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> band)
    {
        var (covered, count) = (0, 0);
        for (var i = 0; i < band.Length; i++)
        {
            count += band[i] == 0 ? 0 : 1;
            covered += band[i] > 0 && Math.Abs(errors[i]) <= band[i] ? 1 : 0;
        }

        return count > 0 ? (double)covered / count : null;
    }
}
