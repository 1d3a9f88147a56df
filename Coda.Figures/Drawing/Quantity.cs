namespace Coda.Figures.Drawing;

/// <summary>What a curve or a map shows; the same quantity has the same colour in every figure.</summary>
public enum Quantity
{
    /// <summary>The states of a twin experiment, which only scores and figures see.</summary>
    Truth,

    /// <summary>What was observed.</summary>
    Observations,

    /// <summary>The estimate from observations.</summary>
    Analysis,

    /// <summary>The forecast from an analysis.</summary>
    Forecast,

    /// <summary>An estimate less the truth, or less the observations.</summary>
    Error,

    /// <summary>The standard deviation that an estimate gives itself.</summary>
    Spread,

    /// <summary>The mean of a record, a reference.</summary>
    Climatology,

    /// <summary>The start kept as it is, a reference.</summary>
    Persistence,
}
