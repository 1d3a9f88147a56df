using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>The values of a system's parameters in one algebra, by name.</summary>
/// <param name="ops">The algebra.</param>
/// <param name="values">A scalar for every parameter of the system.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed class ParameterValues<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> values)
{
    /// <summary>The value of a parameter.</summary>
    /// <param name="name">The parameter's symbol.</param>
    /// <exception cref="ArgumentException">The system has no such parameter.</exception>
    public Field<T> this[string name] => values.TryGetValue(name, out var value)
        ? new(ops, value)
        : throw new ArgumentException($"Expected a parameter of {string.Join(", ", values.Keys)}, got '{name}'.");

    /// <summary>Constants in an algebra.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="numbers">A number for every parameter.</param>
    public static ParameterValues<T> Constants(IAlgebra<T> ops, IReadOnlyDictionary<string, double> numbers) =>
        new(ops, numbers.ToDictionary(p => p.Key, p => ops.Constant(p.Value)));
}
