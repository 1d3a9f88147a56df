using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Classical.Tuning;

/// <summary>What a fit of a record found.</summary>
public sealed record RecordFitResult
{
    /// <summary>The parameters, in the system's order.</summary>
    public required IReadOnlyList<FittedNumber> Parameters { get; init; }

    /// <summary>The initial states, trajectory by trajectory, entry by entry.</summary>
    public required IReadOnlyList<FittedNumber> InitialStates { get; init; }

    /// <summary>The posterior's correlations of the parameters and, behind them, the first trajectory's initial state; 0 with a number that is known.
    /// [number][number]</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Correlations { get; init; }

    /// <summary>The standard deviation of the observations' errors: estimated, or as given; on their scale (<see cref="ErrorScale"/>), as that of
    /// logarithms where they are multiplicative. Nothing where each observation has its own.</summary>
    public double? Sigma { get; init; }

    /// <summary>Whether it was estimated.</summary>
    public bool IsSigmaEstimated { get; init; }

    /// <summary>Whether the estimate of <see cref="Sigma"/> came to rest; true where it was given.</summary>
    public bool HasSigmaSettled { get; init; } = true;

    /// <summary>The root mean square of the observations less the fit; on the scale of the errors.</summary>
    public required double Misfit { get; init; }

    /// <summary>The number of observations.</summary>
    public required int Observations { get; init; }

    /// <summary>The number of starts.</summary>
    public required int Starts { get; init; }

    /// <summary>The number of those that ended where the best did.</summary>
    public required int Agreeing { get; init; }

    /// <summary>The states of the solution at the record's steps with the posterior's spread, a block for each trajectory.</summary>
    [JsonIgnore]
    public IReadOnlyList<StateBlock> Solution { get; init; } = [];

    /// <summary>The system with the estimates as its options; nothing where it has no options for them.</summary>
    public Component? System { get; init; }
}
