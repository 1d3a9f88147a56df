namespace Coda.Classical.Variational.Costs;

/// <summary>What is known of a state before it is observed: a mean, and independent errors.</summary>
/// <param name="Mean">x_b. [space]</param>
/// <param name="Variances">The errors' variances, all greater than 0. [space]</param>
internal sealed record Prior(double[] Mean, double[] Variances)
{
    /// <summary>The root mean square standard deviation, the scale of what counts as a change.</summary>
    public double Scale => Math.Sqrt(Variances.Average());
}
