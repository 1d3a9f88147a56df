using Coda.Data.Foundation;

namespace Coda.Data.Scoring;

/// <summary>How a learned correction is compared with the truth's coupling.</summary>
public sealed record CouplingRequest
{
    /// <summary>The width of the bins of x, greater than 0; one of them starts at 0.</summary>
    public double BinWidth { get; init; } = 1;

    /// <summary>The steps left out at each end of the record, for the truth as for analyses.</summary>
    public int Margin { get; init; }

    /// <summary>The degrees of the polynomials of the local x that are fitted to the coupling.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [0, 1, 3];

    /// <summary>Stops the comparison.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses a request that makes no sense.</summary>
    /// <param name="steps">The number of steps of a record.</param>
    internal void Check(long steps) => new Faults(nameof(CouplingRequest))
        .Require(BinWidth > 0 && double.IsFinite(BinWidth), nameof(BinWidth), "a finite number greater than 0", BinWidth)
        .Require(Margin >= 0 && 2L * Margin < steps, nameof(Margin), $"at least 0 and less than half of the record's {steps} steps", Margin)
        .Require(Degrees.All(d => d is >= 0 and <= 8), nameof(Degrees), "degrees from 0 to 8", string.Join(", ", Degrees))
        .ThrowIfAny();
}
