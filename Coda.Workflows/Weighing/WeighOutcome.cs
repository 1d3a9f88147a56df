namespace Coda.Workflows.Weighing;

/// <summary>What came of weighing observations.</summary>
/// <param name="Output">The folder with the tables.</param>
/// <param name="Method">The method.</param>
/// <param name="Model">The forecast model, in words.</param>
/// <param name="Verification">What forecasts were held against, in words.</param>
/// <param name="LeadSteps">The forecasts' steps.</param>
/// <param name="Cases">The steps whose observations were weighed.</param>
/// <param name="Observations">The observations.</param>
public sealed record WeighOutcome(
    string Output, string Method, string Model, string Verification, int LeadSteps, int Cases, int Observations)
{
    /// <summary>The mean error of forecasts from analyses with the observations of their step.</summary>
    public required double Error { get; init; }

    /// <summary>That without them, measured: data denial.</summary>
    public required double ErrorWithout { get; init; }

    /// <summary>The mean change of the error, measured.</summary>
    public double Change => Error - ErrorWithout;

    /// <summary>The mean sum of impacts, which is to be that change.</summary>
    public required double Sum { get; init; }

    /// <summary>The mean degrees of freedom for signal of a step's observations.</summary>
    public required double Signal { get; init; }

    /// <summary>Sums by site.</summary>
    public required IReadOnlyList<ImpactSum> Sites { get; init; }

    /// <summary>Sums by the field that is observed, and by what.</summary>
    public required IReadOnlyList<ImpactSum> Kinds { get; init; }

    /// <summary>Sums by step, over trajectories.</summary>
    public required IReadOnlyList<ImpactSum> Times { get; init; }

    /// <summary>Sums by hour of the day, UTC; none where steps have no dates.</summary>
    public required IReadOnlyList<ImpactSum> Hours { get; init; }

    /// <summary>The parts, a trajectory each, that other shards have yet to make: all else is of those that are there, and no table is written, until it is
    /// 0.</summary>
    public int MissingParts { get; init; }

    /// <summary>All that the tables depend on; <see langword="null"/> of an earlier version.</summary>
    public SortedDictionary<string, string>? Origin { get; init; }

    /// <summary>Seconds that it took.</summary>
    public double Seconds { get; init; }

    /// <summary>Where the tables come from, in words.</summary>
    public string Provenance { get; init; } = "";
}
