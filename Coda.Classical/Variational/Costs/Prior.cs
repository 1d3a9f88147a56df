using Coda.Classical.Correlations;

namespace Coda.Classical.Variational.Costs;

/// <summary>What is known of a state before it is observed: a mean, and errors that are independent unless their covariance is given.</summary>
/// <param name="Mean">x_b. [space]</param>
/// <param name="Variances">The errors' variances, all greater than 0. [space]</param>
internal sealed record Prior(double[] Mean, double[] Variances)
{
    private readonly ICovariance? _covariance;

    /// <summary>A prior whose errors are correlated.</summary>
    /// <param name="mean">x_b. [space]</param>
    /// <param name="covariance">B.</param>
    public Prior(double[] mean, ICovariance covariance)
        : this(mean, [.. covariance.Variances]) => _covariance = covariance;

    /// <summary>B as an operator.</summary>
    public ICovariance Covariance => _covariance ?? new IndependentErrors(Variances);

    /// <summary>The root mean square standard deviation, the scale of what counts as a change.</summary>
    public double Scale => Math.Sqrt(Variances.Average());
}
