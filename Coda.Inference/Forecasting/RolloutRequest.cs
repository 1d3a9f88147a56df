using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Which rollouts from true states to run.</summary>
public sealed record RolloutRequest
{
    /// <summary>The leads to score, in steps, rising.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The number of true states to start from, evenly spread; fewer where the truth is shorter.</summary>
    public int Starts { get; init; } = 1000;

    /// <summary>The number of free runs, whose starts are evenly spread too.</summary>
    public int Runs { get; init; } = 8;

    /// <summary>The steps of a free run, of which the first tenth does not count.</summary>
    public long RunSteps { get; init; } = 10000;

    /// <summary>The width of the bins of histograms, greater than 0.</summary>
    public double BinWidth { get; init; } = 1;

    /// <summary>The batches of forecasts worked on at the same time; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>Stops the rollouts.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses a request that makes no sense.</summary>
    /// <param name="steps">The number of steps of a record of the truth.</param>
    internal void Check(long steps) => new Faults(nameof(RolloutRequest))
        .Require(
            Leads.Count > 0 && Leads[0] >= 0 && Leads.Zip(Leads.Skip(1)).All(p => p.First < p.Second),
            nameof(Leads), "rising numbers of at least 0", string.Join(", ", Leads))
        .Require(Leads.DefaultIfEmpty().Max() < steps, nameof(Leads), $"leads shorter than the truth's records of {steps} steps", Leads.DefaultIfEmpty().Max())
        .Require(Starts >= 1, nameof(Starts), "at least 1", Starts)
        .Require(Runs >= 1, nameof(Runs), "at least 1", Runs)
        .Require(RunSteps >= 1, nameof(RunSteps), "at least 1", RunSteps)
        .Require(BinWidth > 0 && double.IsFinite(BinWidth), nameof(BinWidth), "a finite number greater than 0", BinWidth)
        .Require(Workers >= 0, nameof(Workers), "at least 0", Workers)
        .ThrowIfAny();
}
