namespace Coda.Data.Algebra;

/// <summary>A value with its derivative along a direction.</summary>
/// <param name="Primal">The value.</param>
/// <param name="Tangent">Its derivative; it may have a member axis where the primal has one of length 1.</param>
/// <param name="IsConstant">Whether the derivative is known to vanish, so that no work is spent on it.</param>
/// <typeparam name="T">What stands for an array in the inner algebra.</typeparam>
public readonly record struct Dual<T>(T Primal, T Tangent, bool IsConstant);
