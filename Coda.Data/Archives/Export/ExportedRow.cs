namespace Coda.Data.Archives.Export;

/// <summary>What a table holds for one trajectory, step and lead.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Step">The step; for forecasts, that of the start.</param>
/// <param name="Lead">Steps ahead of the start.</param>
/// <param name="Values">The values. [entry]</param>
/// <param name="Spread">Their spread, or the standard deviation of their error. [entry]</param>
/// <param name="Mask">1 where there is a value; all have one by default. [entry]</param>
internal sealed record ExportedRow(
    int Trajectory, long Step, int Lead, ReadOnlyMemory<float> Values, ReadOnlyMemory<float>? Spread, ReadOnlyMemory<float>? Mask = null)
{
    /// <summary>The half-widths of their bands. [entry]</summary>
    public ReadOnlyMemory<float>? Band { get; init; }
}
