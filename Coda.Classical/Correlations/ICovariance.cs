namespace Coda.Classical.Correlations;

/// <summary>A covariance B of errors of a state as an operator with a square root, B = L Lᵀ, so that no matrix of the state is ever formed.</summary>
/// <remarks>Immutable; safe for use from several threads. A matrix L of fewer columns than rows is fine: errors are then among its images.</remarks>
internal interface ICovariance
{
    /// <summary>The length of a state.</summary>
    int StateSize { get; }

    /// <summary>The number of L's columns, the length of a control v.</summary>
    int ControlSize { get; }

    /// <summary>The variances of the errors, the diagonal of B. [space]</summary>
    IReadOnlyList<double> Variances { get; }

    /// <summary>The same correlations of errors of another size; fields in units of their own keep their shares.</summary>
    /// <param name="variance">The mean variance, greater than 0.</param>
    ICovariance OfVariance(double variance);

    /// <summary>L v: errors of covariance B from independent ones of variance 1.</summary>
    /// <param name="control">v. [control]</param>
    /// <param name="increment">Takes L v. [space]</param>
    void Root(ReadOnlySpan<double> control, Span<double> increment);

    /// <summary>Lᵀ g.</summary>
    /// <param name="gradient">g. [space]</param>
    /// <param name="control">Takes Lᵀ g. [control]</param>
    void TransposedRoot(ReadOnlySpan<double> gradient, Span<double> control);

    /// <summary>The v with L v = x; where x is no image of L, of its part that is one.</summary>
    /// <param name="increment">x. [space]</param>
    /// <param name="control">Takes v. [control]</param>
    void InverseRoot(ReadOnlySpan<double> increment, Span<double> control);
}
