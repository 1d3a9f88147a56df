namespace Coda.Inference.Assimilation.Sampling;

/// <summary>How the observations' likelihood of a trajectory with noise is approximated: log p(y | x(t)) ≈ log N(y | H(D(x(t))), R + H V Hᵀ).</summary>
public enum ScoreGuidance
{
    /// <summary>V = σ² ∂D/∂x(t), the covariance that the score itself says (Rozet, Andry, Lanusse and Louppe, 2024, doi:10.48550/arXiv.2405.13712); its
    /// equations are solved by conjugate gradients, an evaluation each. Exact where the prior is Gaussian.</summary>
    Covariance,

    /// <summary>V = γ σ² I (Rozet and Louppe, 2023): two evaluations.</summary>
    Diagonal,

    /// <summary>∂D/∂x(t) = I, so that V = σ² I: one evaluation, without reverse mode; right where little noise is left, poor where there is much.</summary>
    Identity,
}
