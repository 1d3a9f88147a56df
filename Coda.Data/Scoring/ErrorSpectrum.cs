namespace Coda.Data.Scoring;

/// <summary>How a field's power, and that of its estimate's error, is spread over wavelengths: means over states.</summary>
/// <param name="Field">The field's symbol.</param>
/// <param name="Unit">The unit of its values; "1" where they are dimensionless.</param>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="LeadTime">The lead, in the archive's time unit.</param>
/// <param name="Wavelengths">Lengths of waves whatever their direction, in grid lengths, falling; evenly spaced in wavenumber. [wavelength]</param>
/// <param name="Truth">The truth's power by wavenumber, in squared units times grid lengths: its sum, over the longest wavelength, is the variance that these
/// waves make up. [wavelength]</param>
/// <param name="Estimate">The estimate's. [wavelength]</param>
/// <param name="Error">The error's. [wavelength]</param>
/// <param name="Count">The number of states.</param>
public sealed record ErrorSpectrum(
    string Field,
    string Unit,
    int Lead,
    double LeadTime,
    IReadOnlyList<double> Wavelengths,
    IReadOnlyList<double> Truth,
    IReadOnlyList<double> Estimate,
    IReadOnlyList<double> Error,
    long Count)
{
    private const double Resolved = 0.5;

    /// <summary>The resolved scale, in grid lengths: down to this wavelength the error has at most half of the truth's power; <see langword="null"/> where it
    /// has more at the longest already.</summary>
    /// <remarks>Ballarotta et al. (2019), doi:10.5194/os-15-1091-2019: 1 - PSD(error) / PSD(truth) is .5 there. Between two wavelengths the ratio is taken for
    /// linear in the wavenumber; where it stays below throughout, this is the shortest wavelength.</remarks>
    public double? ResolvedScale
    {
        get
        {
            var before = 0.0;
            for (var i = 0; i < Wavelengths.Count; i++)
            {
                var ratio = Error[i] == 0 ? 0 : Error[i] / Truth[i];
                if (!(ratio <= Resolved)) // what is no number resolves nothing
                {
                    return i == 0 ? null : 1 / (Wavenumber(i - 1) + (Share(before, ratio) * (Wavenumber(i) - Wavenumber(i - 1))));
                }

                before = ratio;
            }

            return Wavelengths[^1];
        }
    }

    private double Wavenumber(int i) => 1 / Wavelengths[i];

    // Of the way from one ratio to the next at which it is a half.
    private static double Share(double before, double after) => double.IsFinite(after) ? (Resolved - before) / (after - before) : 0;
}
