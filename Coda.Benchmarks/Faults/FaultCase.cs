using System.Globalization;

namespace Coda.Benchmarks.Faults;

/// <summary>One damaged file: a pure function of the kind, the mutation and the seed.</summary>
/// <param name="Kind">The kind of file.</param>
/// <param name="Mutation">How it is damaged.</param>
/// <param name="Seed">Where, and by what.</param>
internal sealed record FaultCase(string Kind, string Mutation, ulong Seed)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">Kind, mutation and seed, separated by blanks.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static FaultCase Parse(string text) =>
        text.Split(' ') is [var kind, var mutation, var seed] && ulong.TryParse(seed, CultureInfo.InvariantCulture, out var number)
        ? new(kind, mutation, number)
        : throw new ArgumentException($"Expected KIND MUTATION SEED, got '{text}'.");

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Kind} {Mutation} {Seed}");
}
