namespace Coda.Data.Observations;

/// <summary>How an observation's error meets what is observed: the scale (<see cref="ErrorScale"/>) on which it is Gaussian and of one size.</summary>
public enum ErrorModel
{
    /// <summary>y = H(x) + σ ε: the error has the unit of the value.</summary>
    Additive,

    /// <summary>y = H(x) exp(σ ε): the error is a share of the value, σ the standard deviation of ln y; values are greater than 0.</summary>
    Multiplicative,

    /// <summary>2 √y = 2 √H(x) + σ ε: the error grows with the square root of the value, of which it is σ times as large; counts without other errors have
    /// about σ = 1, whatever their size (Bartlett, Supplement to the Journal of the Royal Statistical Society 3, 1936). Values are at least 0.</summary>
    SquareRoot,
}
