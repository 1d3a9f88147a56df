namespace Coda.Classical.Observed;

/// <summary>Takes the innovations of a filter, one observation after another, each of a forecast that knows those before it.</summary>
internal interface IInnovations
{
    /// <summary>Begins with a step's observations.</summary>
    /// <param name="count">Their number.</param>
    void Begin(int count);

    /// <summary>Takes an observation of the step in.</summary>
    /// <param name="site">Its site.</param>
    /// <param name="value">Its value.</param>
    /// <param name="innovation">d, its departure from the forecast.</param>
    /// <param name="spread">H P Hᵀ, the forecast's variance there.</param>
    /// <param name="error">R, the variance of its error.</param>
    void Add(int site, double value, double innovation, double spread, double error);
}
