namespace Coda.Training.Rollouts;

/// <summary>Brings a plain array into an algebra as a constant.</summary>
/// <param name="values">The entries, row-major.</param>
/// <param name="shape">The length of every axis.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public delegate T Importer<out T>(ReadOnlySpan<float> values, int[] shape);
