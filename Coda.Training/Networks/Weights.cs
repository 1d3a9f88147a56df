using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A network's weights in one algebra, by name.</summary>
/// <param name="values">An array for every definition.</param>
/// <param name="perState">The names of those that have the leading axes of the states, an array for each; none by default.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed class Weights<T>(IReadOnlyDictionary<string, T> values, IReadOnlySet<string>? perState = null)
{
    /// <summary>An array by name.</summary>
    /// <param name="name">The name in its <see cref="WeightDefinition"/>.</param>
    /// <exception cref="ArgumentException">The network declares no such array.</exception>
    public T this[string name] => values.TryGetValue(name, out var value)
        ? value
        : throw new ArgumentException($"Expected one of {string.Join(", ", values.Keys)}, got '{name}'.");

    /// <summary>Whether an array has the leading axes of the states, one for each.</summary>
    /// <param name="name">Its name.</param>
    internal bool IsPerState(string name) => perState?.Contains(name) == true;

    /// <summary>The same weights in another algebra.</summary>
    /// <param name="convert">Takes an array there.</param>
    /// <typeparam name="TOther">What stands for an array there.</typeparam>
    internal Weights<TOther> Select<TOther>(Func<T, TOther> convert) => new(values.ToDictionary(array => array.Key, array => convert(array.Value)), perState);

    /// <summary>The batch normalization declared by <see cref="WeightDefinitions.BatchNorm"/>.</summary>
    /// <param name="name">The layer's name.</param>
    public BatchNorm<T> Norm(string name) => new(this[$"{name}.scale"], this[$"{name}.shift"], this[$"{name}.mean"], this[$"{name}.variance"]);
}
