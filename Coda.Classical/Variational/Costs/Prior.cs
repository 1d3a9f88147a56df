using Coda.Classical.Correlations;

namespace Coda.Classical.Variational.Costs;

/// <summary>What is known of a state before it is observed: a mean, and errors that are independent unless their covariance is given.</summary>
/// <param name="Mean">x_b. [space]</param>
/// <param name="Variances">The errors' variances, all greater than 0. [space]</param>
internal sealed record Prior(double[] Mean, double[] Variances)
{
    private readonly ICovariance? _covariance;
    private readonly ICovariance? _modelErrors;

    /// <summary>A prior whose errors are correlated.</summary>
    /// <param name="mean">x_b. [space]</param>
    /// <param name="covariance">B.</param>
    /// <param name="modelErrors">What the model's errors are correlated like, of any size; B where nothing is given.</param>
    public Prior(double[] mean, ICovariance covariance, ICovariance? modelErrors = null)
        : this(mean, [.. covariance.Variances]) => (_covariance, _modelErrors) = (covariance, modelErrors);

    /// <summary>B as an operator.</summary>
    public ICovariance Covariance => _covariance ?? new IndependentErrors(Variances);

    /// <summary>The covariance of the model's errors but for its size.</summary>
    public ICovariance ModelErrors => _modelErrors ?? Covariance;

    /// <summary>The inverse of B where that is no diagonal matrix, such as what a window before this one knows; nothing for independent errors. Of methods
    /// with matrices. [space, space]</summary>
    public double[]? Information { get; init; }

    /// <summary>Draws from a normal distribution of variance 1 that the model's error of each step has in place of 0, in units of √q; nothing where there are
    /// none. [time, space]</summary>
    public ReadOnlyMemory<double> ModelErrorDraws { get; init; }

    /// <summary>The root mean square standard deviation, the scale of what counts as a change.</summary>
    public double Scale => Math.Sqrt(Variances.Average());

    /// <summary>The same prior of a part of the trajectory.</summary>
    /// <param name="row">The part's first step, counted from the trajectory's.</param>
    public Prior From(int row) => ModelErrorDraws.IsEmpty ? this : this with { ModelErrorDraws = ModelErrorDraws[(row * Mean.Length)..] };
}
