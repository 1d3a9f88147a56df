using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Consecutive states of one trajectory: truth, analyses, or forecasts at one lead.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="FirstStep">The step of the first row; for a forecast, the step it starts from.</param>
/// <param name="StateSize">The length of one state vector.</param>
/// <param name="States">The states. [time, space]</param>
/// <param name="Spread">The standard deviation of each entry, where the method gives one. [time, space]</param>
/// <param name="Lead">For forecasts, the number of steps ahead of the start; 0 otherwise.</param>
public sealed record StateBlock(int Trajectory, long FirstStep, int StateSize, ReadOnlyMemory<float> States, ReadOnlyMemory<float>? Spread = null, int Lead = 0)
{
    private readonly ReadOnlyMemory<float>? _spread = Given(Spread);

    /// <summary>The standard deviation of each entry, where the method gives one. [time, space]</summary>
    /// <remarks>No array converts to memory of length 0, which is no spread either.</remarks>
    public ReadOnlyMemory<float>? Spread
    {
        get => _spread;
        init => _spread = Given(value);
    }

    /// <summary>The half-width of a band around each entry that covers it with the level of the table's note (<see cref="TableNote.BandLevel"/>), where the
    /// table has one; 0 where an entry is not covered. [time, space]</summary>
    public ReadOnlyMemory<float>? Band { get; init; }

    /// <summary>The number of states.</summary>
    public int Count => States.Length / StateSize;

    /// <summary>One of the states by itself, with its spread; no copy.</summary>
    /// <param name="row">Its place, from 0 to less than <see cref="Count"/>.</param>
    public StateBlock Row(int row) => this with
    {
        FirstStep = FirstStep + row,
        States = States.Slice(row * StateSize, StateSize),
        Spread = Spread?.Slice(row * StateSize, StateSize),
        Band = Band?.Slice(row * StateSize, StateSize),
    };

    /// <summary>The states of some steps, where the rows are consecutive steps.</summary>
    /// <param name="steps">The steps, within the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">A step that is not in the block.</exception>
    public StateBlock Rows(StepRange steps)
    {
        var (first, length) = (checked((int)((steps.Start - FirstStep) * StateSize)), checked((int)(steps.Count * StateSize)));
        return this with
        {
            FirstStep = steps.Start, States = States.Slice(first, length), Spread = Spread?.Slice(first, length), Band = Band?.Slice(first, length),
        };
    }

    /// <summary>The same states with some of their entries only, and no spread or band.</summary>
    /// <param name="entries">The places of the entries wanted, in their new order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place beyond the state.</exception>
    public StateBlock Select(IReadOnlyList<int> entries)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entries.Max(), StateSize, nameof(entries));
        var states = States.Span;
        var (part, at) = (new float[Count * entries.Count], 0);
        for (var row = 0; row < Count; row++)
        {
            foreach (var entry in entries)
            {
                part[at++] = states[(row * StateSize) + entry];
            }
        }

        return new StateBlock(Trajectory, FirstStep, entries.Count, part, null, Lead);
    }

    private static ReadOnlyMemory<float>? Given(ReadOnlyMemory<float>? spread) => spread is { IsEmpty: true } ? null : spread;
}
