namespace Coda.Classical.Tuning;

/// <summary>A parameter, or an entry of an initial state, as a record determines it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">The value that the fit started from.</param>
/// <param name="Value">The estimate: the mode of the posterior on the coordinate that the fit works on.</param>
/// <param name="StandardError">The posterior's standard deviation, by the slope of the value on its coordinate; 0 for a number that was given as known.</param>
/// <param name="ShareOfPrior">The posterior's deviation over the prior's, in [0, 1]: about 0 where the observations determine the number, about 1 where all
/// that is known of it was known before.</param>
public sealed record FittedNumber(string Name, double Start, double Value, double StandardError, double ShareOfPrior)
{
    /// <summary>The share of the prior's deviation above which observations do not determine a number.</summary>
    public const double MostOfPrior = 0.5;

    /// <summary>Whether it was given as known.</summary>
    public bool IsKnown => StandardError == 0;

    /// <summary>Whether the observations determine it.</summary>
    public bool IsDetermined => ShareOfPrior <= MostOfPrior;
}
