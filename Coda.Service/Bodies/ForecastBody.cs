namespace Coda.Service.Bodies;

/// <summary>States, or the observations of one stretch, and the leads of the forecasts from them.</summary>
internal sealed record ForecastBody : ObservationBody
{
    /// <summary>The leads in steps, rising; 0 is the start itself.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The states to start from, of consecutive steps from firstStep on; instead of observations.</summary>
    public DenseBody? States { get; init; }

    /// <summary>The forcing from the first start to the last lead; only for a model that reads one other than the time.</summary>
    public ForcingBody? Forcing { get; init; }

    /// <summary>Starts from every n-th of the steps asked for; 1 by default.</summary>
    public int? Every { get; init; }
}
