namespace Coda.Benchmarks.Faults;

/// <summary>A kind of file that Coda reads.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Path">The intact file, inside the bed.</param>
/// <param name="Format">What it is made of.</param>
/// <param name="Probes">The names of what reads it.</param>
internal sealed record FaultKind(string Name, string Path, FaultFormat Format, params IReadOnlyList<string> Probes)
{
    /// <summary>Whether Coda wrote it, and no byte of it may change a result without a word; what a user wrote may say another number.</summary>
    public bool IsSealed { get; init; } = true;

    /// <summary>Whether it describes others: what <c>inspect</c> shows of it may change with it.</summary>
    public bool IsDescription { get; init; }

    /// <summary>Whether what it belongs to is whole without it, so that a lack of it is no damage.</summary>
    public bool IsOptional { get; init; }
}
