namespace Coda.Training.Networks;

/// <summary>A named array of weights and how it starts.</summary>
/// <param name="Name">Its name, dotted, unique within the network.</param>
/// <param name="Shape">The length of every axis.</param>
/// <param name="Start">How it starts.</param>
/// <param name="FanIn">The number of inputs of one output, for <see cref="WeightStart.Uniform"/>.</param>
/// <param name="IsTrained">Whether an optimizer changes it; running statistics are not.</param>
public sealed record WeightDefinition(string Name, int[] Shape, WeightStart Start, int FanIn = 1, bool IsTrained = true)
{
    /// <summary>Whether it belongs to the part that gives the spread, which is optimized by itself, so that the states are those of the network without
    /// it.</summary>
    public bool IsSpread { get; init; }

    /// <summary>What every entry starts at, for <see cref="WeightStart.Given"/>.</summary>
    public double Value { get; init; }

    /// <summary>The number of entries.</summary>
    public int Length => Shape.Aggregate(1, (product, axis) => product * axis);
}
