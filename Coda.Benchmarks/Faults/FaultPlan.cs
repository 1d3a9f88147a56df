namespace Coda.Benchmarks.Faults;

/// <summary>Which damage is tried: a function of the number of seeds.</summary>
internal static class FaultPlan
{
    private const int BitFlips = 3; // times as many as of the others: nothing else looks as intact

    /// <summary>Every mutation of every kind.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="seeds">The number of seeds for each mutation.</param>
    /// <param name="first">The first seed.</param>
    public static IEnumerable<FaultCase> Of(IEnumerable<FaultKind> kinds, int seeds, ulong first = 1) =>
        from kind in kinds
        from mutation in FaultMutations.Of(kind.Format)
        let count = !FaultMutations.IsSeeded(mutation) ? 1 : mutation == "bit-flip" ? BitFlips * seeds : seeds
        from seed in Enumerable.Range(0, count)
        select new FaultCase(kind.Name, mutation, first + (ulong)seed);
}
