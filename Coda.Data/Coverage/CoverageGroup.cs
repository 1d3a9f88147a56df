namespace Coda.Data.Coverage;

/// <summary>Estimates whose bands have the same factors: of one lead, one kind of sites, and about the same spread.</summary>
/// <remarks>Spread falls with the density of observations nearby, which groups by it therefore tell apart, as far as the estimate knows of it.</remarks>
public sealed record CoverageGroup
{
    /// <summary>The lead, in steps; 0 for analyses.</summary>
    public required int Lead { get; init; }

    /// <summary>Which sites.</summary>
    public required CoveredSites Sites { get; init; }

    /// <summary>The spread that the group ends before, in the state's unit; nothing for the group of the largest.</summary>
    public double? SpreadBelow { get; init; }

    /// <summary>The number of residuals that it was calibrated on.</summary>
    public required int Count { get; init; }

    /// <summary>The number of those at separated times, from which the factors for observations are.</summary>
    public required int Separated { get; init; }

    /// <summary>τ², the squared error over the squared spread, and how well it is known.</summary>
    public required SpreadScale Scale { get; init; }

    /// <summary>By level the q of a band x̂ ± q √(s² + σ²) for a new observation: guaranteed where it is exchangeable with those withheld.</summary>
    public required IReadOnlyList<double> ObservationFactors { get; init; }

    /// <summary>c², what the error has beside the spread (<see cref="SpreadFloor"/>); 0 where nothing is resolved, where there are several
    /// groups, and at sites that are never observed.</summary>
    public double Floor { get; init; }

    /// <summary>By level the f of a band x̂ ± f √(s² + c²) for the state: an estimate, as good as <see cref="Scale"/>.</summary>
    public required IReadOnlyList<double> StateFactors { get; init; }
}
