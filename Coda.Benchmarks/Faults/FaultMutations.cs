using Coda.Data.Foundation;

namespace Coda.Benchmarks.Faults;

/// <summary>All mutations, by format.</summary>
internal static class FaultMutations
{
    // What comes out the same whatever the seed.
    private static readonly string[] Single = ["empty", "other-kind", "delete", "csv-bom", "csv-semicolons"];

    /// <summary>The name of what removes the file.</summary>
    public const string Delete = "delete";

    /// <summary>The mutations that a format can take.</summary>
    /// <param name="format">The format.</param>
    public static IEnumerable<string> Of(FaultFormat format) => Catalog(format).Keys;

    /// <summary>Whether seeds make a difference.</summary>
    /// <param name="mutation">The name.</param>
    public static bool IsSeeded(string mutation) => !Single.Contains(mutation);

    /// <summary>Damages a file's bytes.</summary>
    /// <param name="kind">The kind of file.</param>
    /// <param name="intact">Its bytes.</param>
    /// <param name="fault">How.</param>
    /// <returns>Other bytes; <see langword="null"/> where the file has no place for the mutation, or is to be removed.</returns>
    /// <exception cref="ArgumentException">There is no such mutation.</exception>
    public static byte[]? Apply(FaultKind kind, byte[] intact, FaultCase fault)
    {
        var catalog = Catalog(kind.Format);
        return catalog.TryGetValue(fault.Mutation, out var mutate)
            ? mutate(intact, new CounterRandom(fault.Seed, [.. fault.Mutation.Select(c => (long)c)]))
            : throw new ArgumentException($"Expected one of {string.Join(", ", catalog.Keys)}, got '{fault.Mutation}'.");
    }

    private static Dictionary<string, Func<byte[], CounterRandom, byte[]?>> Catalog(FaultFormat format) => new(ByteMutations.All.Concat(format switch
    {
        FaultFormat.Json => JsonMutations.All,
        FaultFormat.Csv => CsvMutations.All,
        _ => Enumerable.Empty<KeyValuePair<string, Func<byte[], CounterRandom, byte[]?>>>(),
    }));
}
