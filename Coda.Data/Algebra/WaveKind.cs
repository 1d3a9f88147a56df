namespace Coda.Data.Algebra;

/// <summary>What a product with a matrix of waves does, which needs no matrix.</summary>
internal enum WaveKind
{
    /// <summary>From values on a ring to coefficients: the constant, cosine and sine of each wavenumber, orthonormal.</summary>
    Analysis,

    /// <summary>Back again.</summary>
    Synthesis,

    /// <summary>The derivative along a ring.</summary>
    Derivative,

    /// <summary>From values between walls, at which they are 0, to coefficients of sines, orthonormal; its own inverse.</summary>
    Sines,
}
