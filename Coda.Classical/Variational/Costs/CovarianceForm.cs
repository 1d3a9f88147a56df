namespace Coda.Classical.Variational.Costs;

/// <summary>How the covariance of a climatology is held.</summary>
internal enum CovarianceForm
{
    /// <summary>Variances only.</summary>
    Variances,

    /// <summary>As a matrix of the state.</summary>
    Matrix,

    /// <summary>As an operator, wave by wave.</summary>
    Spectral,
}
