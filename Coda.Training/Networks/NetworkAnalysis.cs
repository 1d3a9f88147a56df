namespace Coda.Training.Networks;

/// <summary>What a network makes of windows of observations.</summary>
/// <param name="State">The states at their centres, in state units. [batch or time, space]</param>
/// <param name="Spread">Computes the standard deviation of each entry's error, in state units, where somebody asks for it, without a change to the bits of the
/// states; <see langword="null"/> for networks that give none. [batch or time, space]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public readonly record struct NetworkAnalysis<T>(T State, Func<T>? Spread = null);
