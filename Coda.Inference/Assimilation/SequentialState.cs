namespace Coda.Inference.Assimilation;

/// <summary>Where a learned sequential analysis stands after a step: all that the next one needs. Immutable; of one model.</summary>
public sealed class SequentialState
{
    internal SequentialState(long firstStep, long step, float[] members, float[] memory) =>
        (FirstStep, Step, Members, Memory) = (firstStep, step, members, memory);

    /// <summary>The step that it began at, from the climatology.</summary>
    public long FirstStep { get; }

    /// <summary>The step of the analysis.</summary>
    public long Step { get; }

    /// <summary>The analysis, as coordinates. [space]</summary>
    public ReadOnlyMemory<float> State { get; internal init; }

    /// <summary>The standard deviation of each entry's error; between the network's cycles that of the last one. [space]</summary>
    public ReadOnlyMemory<float> Spread { get; internal init; }

    /// <summary>The weights of the analysis's gain, of every field for every field and neighbour, in units of the climatology's deviations; nothing between the
    /// network's cycles, or where the network has none. [weight, point]</summary>
    public ReadOnlyMemory<float> Gain { get; internal init; }

    /// <summary>Whether forecasts were further from the observations of late than the climatology's mean is: the analysis has lost the truth.</summary>
    public bool IsLost => Seen.IsLost;

    /// <summary>[member, space]</summary>
    internal float[] Members { get; }

    /// <summary>[channel, point]</summary>
    internal float[] Memory { get; }

    internal ForecastWatch.Seen Seen { get; init; }
}
