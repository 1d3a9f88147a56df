namespace Coda.Data.Observations;

/// <summary>How an observation's error meets what is observed.</summary>
public enum ErrorModel
{
    /// <summary>y = H(x) + σ ε: the error has the unit of the value.</summary>
    Additive,

    /// <summary>y = H(x) exp(σ ε): the error is a share of the value, σ the standard deviation of ln y; values are greater than 0.</summary>
    Multiplicative,
}
