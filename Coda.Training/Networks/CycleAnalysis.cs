namespace Coda.Training.Networks;

/// <summary>What one cycle of a learned sequential analysis gives.</summary>
/// <param name="State">The analysis: the members' mean. [batch, space]</param>
/// <param name="Members">What is forecast from here. [batch, member, space]</param>
/// <param name="Memory">The memory for the next cycle. [batch, channel, point]</param>
/// <param name="Gain">The gain's weights, of every field for every field and neighbour; of a network without a gain anything. [batch, weight, point]</param>
/// <param name="Features">What the spread is read from. [batch, channel, point]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public readonly record struct CycleAnalysis<T>(T State, T Members, T Memory, T Gain, T Features);
