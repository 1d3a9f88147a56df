namespace Coda.Classical.Ensemble;

/// <summary>A correlation function like a Gaussian, but 0 from a distance on.</summary>
/// <remarks>Gaspari and Cohn (1999), doi:10.1002/qj.49712555417, eq. 4.10.</remarks>
internal static class GaspariCohn
{
    // The length c at which the function is closest to a Gaussian of standard deviation 1 (Sakov and Bertino, 2011, eq. 25).
    private const double HalfSupport = 1.82;

    /// <summary>The distance from which on it is 0.</summary>
    /// <param name="radius">The standard deviation of the Gaussian that it is like.</param>
    public static double Support(double radius) => 2 * HalfSupport * radius;

    /// <summary>Its value, 0 from 3.64 radii on.</summary>
    /// <param name="distance">The distance, at least 0.</param>
    /// <param name="radius">The standard deviation of the Gaussian that it is like.</param>
    public static double At(double distance, double radius)
    {
        var r = distance / (HalfSupport * radius);
        return r switch
        {
            <= 1 => 1 + (r * r * ((-5.0 / 3) + (r * ((5.0 / 8) + (r * (0.5 - (0.25 * r))))))),
            < 2 => 4 - (2 / (3 * r)) + (r * (-5 + (r * ((5.0 / 3) + (r * ((5.0 / 8) + (r * (-0.5 + (r / 12))))))))),
            _ => 0,
        };
    }
}
