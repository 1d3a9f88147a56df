using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Where a learned sequential analysis stands after a step: all that the next one needs. Immutable; of one model.</summary>
public sealed class SequentialState : StreamPosition
{
    internal SequentialState(long firstStep, long step, float[] members, float[] memory)
        : base(firstStep, step) => (Members, Memory) = (members, memory);

    /// <summary>The analysis, as coordinates. [space]</summary>
    public ReadOnlyMemory<float> State { get; internal init; }

    /// <summary>The standard deviation of each entry's error; between the network's cycles that of the last one. [space]</summary>
    public ReadOnlyMemory<float> Spread { get; internal init; }

    /// <summary>The weights of the analysis's gain, of every field for every field and neighbour, in units of the climatology's deviations; nothing between the
    /// network's cycles, or where the network has none. [weight, point]</summary>
    public ReadOnlyMemory<float> Gain { get; internal init; }

    /// <summary>Whether forecasts were further from the observations of late than the climatology's mean is: the analysis has lost the truth.</summary>
    public bool IsLost => Seen.IsLost;

    /// <inheritdoc/>
    public override ResultWarning? Doubt => IsLost
        ? new("lost", "The forecasts are further from the observations than the climatology's mean is: the analysis has lost the truth. End the stream and "
            + "begin anew, or take a model trained on records like this one.")
        : null;

    /// <summary>[member, space]</summary>
    internal float[] Members { get; }

    /// <summary>[channel, point]</summary>
    internal float[] Memory { get; }

    internal ForecastWatch.Seen Seen { get; init; }
}
