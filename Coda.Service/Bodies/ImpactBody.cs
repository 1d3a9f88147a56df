namespace Coda.Service.Bodies;

/// <summary>The observations of one stretch, and the steps whose observations are weighed: by default all from which a forecast ends within the
/// record.</summary>
internal sealed record ImpactBody : ObservationBody
{
    /// <summary>The steps from an analysis to the forecast that verifies it, at least 1.</summary>
    public int Lead { get; init; } = 10;

    /// <summary>Whether analyses leave out what was observed after their step, as if it were the newest.</summary>
    public bool Nowcast { get; init; }

    /// <summary>Estimate influences from so many random probes, in place of a solve for each observation.</summary>
    public int? Probes { get; init; }
}
