namespace Coda.Benchmarks.Archives;

/// <summary>What a task took.</summary>
/// <param name="Seconds">The shortest time.</param>
/// <param name="Managed">The most managed memory that was seen, in bytes.</param>
/// <param name="Resident">The most resident memory of the process, in bytes.</param>
internal sealed record EngineFigures(double Seconds, long Managed, long Resident)
{
    /// <summary>The better time and the larger memory of two.</summary>
    /// <param name="other">The other.</param>
    public EngineFigures With(EngineFigures? other) => other is null
        ? this
        : new(Math.Min(Seconds, other.Seconds), Math.Max(Managed, other.Managed), Math.Max(Resident, other.Resident));
}
