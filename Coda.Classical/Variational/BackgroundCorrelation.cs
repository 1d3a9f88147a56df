namespace Coda.Classical.Variational;

/// <summary>How the background's errors are correlated, and how that is computed.</summary>
public enum BackgroundCorrelation
{
    /// <summary>What fits the state's size and grids, as the method says.</summary>
    Automatic,

    /// <summary>Not at all: each entry by itself.</summary>
    Independent,

    /// <summary>By a matrix of the state, as a free run of the model shows.</summary>
    Matrix,

    /// <summary>Wave by wave, by an operator whose cost grows little faster than the state: the spectrum of each field, and of fields on one grid with each
    /// other, as samples show.</summary>
    Spectral,
}
