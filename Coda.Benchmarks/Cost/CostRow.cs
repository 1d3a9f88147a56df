namespace Coda.Benchmarks.Cost;

/// <summary>A line of the table: what a method costs and what it buys.</summary>
/// <param name="Method">What was run.</param>
/// <param name="Sees">Which observations an analysis uses.</param>
/// <param name="Microseconds">The processor's microseconds an analysis; <see langword="null"/> where it was left out.</param>
/// <param name="RootMeanSquareError">The RMSE; <see langword="null"/> where it is another row's.</param>
internal sealed record CostRow(string Method, string Sees, double? Microseconds, double? RootMeanSquareError)
{
    /// <summary>Why it was left out.</summary>
    public string Reason { get; init; } = "";

    /// <summary>A line of what could not be run here.</summary>
    /// <param name="method">What would have been run.</param>
    /// <param name="reason">Why it was not.</param>
    public static CostRow Skipped(string method, string reason) => new(method, "", null, null) { Reason = reason };
}
