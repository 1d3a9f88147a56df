namespace Coda.Data.Archives;

/// <summary>Consecutive rows of a table of states, with what was asked for of them.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="FirstStep">The step of the first row; for a forecast, the step it starts from.</param>
/// <param name="Count">The number of rows, at least 1.</param>
/// <param name="StateSize">The length of one vector; 0 where none was asked for.</param>
/// <param name="States">The states, where they were asked for. [time, space]</param>
/// <param name="Spread">The standard deviation of each entry, where it was asked for and the table has it. [time, space]</param>
/// <param name="Lead">For forecasts, the number of steps ahead of the start; 0 otherwise.</param>
public sealed record SelectedStates(
    int Trajectory, long FirstStep, int Count, int StateSize, ReadOnlyMemory<float>? States, ReadOnlyMemory<float>? Spread, int Lead)
{
    /// <summary>The half-width of each entry's band, where it was asked for and the table has it. [time, space]</summary>
    public ReadOnlyMemory<float>? Band { get; init; }
}
