using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>A sweep: every combination of the points of its axes, for every seed.</summary>
public sealed record Study
{
    private const long StartStream = 0x57A2;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it asks, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The cell from which the axes' points depart.</summary>
    public required StudyCell Base { get; init; }

    /// <summary>What is varied; the last axis varies fastest.</summary>
    public required IReadOnlyList<StudyAxis> Axes { get; init; }

    /// <summary>The seeds of weights and windows; each runs every combination.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [1];

    /// <summary>Whether every seed has a training record of its own, drawn with the base's seed + seed - 1; else all share one.</summary>
    public bool HasRecordOfEachSeed { get; init; }

    /// <summary>The range from which a seed draws the starts of all trained parameters, as shares of those in <see cref="Base"/>; none takes these.</summary>
    public (double Lower, double Upper)? StartRange { get; init; }

    /// <summary>The start of a trained parameter for one seed.</summary>
    /// <param name="parameter">The parameter as the base experiment has it.</param>
    /// <param name="seed">The seed.</param>
    public double StartOf(TrainedParameter parameter, ulong seed) => StartRange is { } range
        ? parameter.Start * (range.Lower + ((range.Upper - range.Lower) * new CounterRandom(seed, StartStream).NextUniform()))
        : parameter.Start;
}
