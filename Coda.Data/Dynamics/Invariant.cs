using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>What a system conserves, such as mass or energy, as a function of its state: dI/dt = 0 along the tendency.</summary>
/// <param name="Name">What it is called, for example <c>energy</c>.</param>
/// <param name="Value">Its value at a state: a sum over the entries, in whatever unit. [...]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed record Invariant<T>(string Name, Field<T> Value)
{
    /// <summary>The values of parameters for which it is conserved, by name; those of no importance are left out.</summary>
    public IReadOnlyDictionary<string, double> Where { get; init; } = new Dictionary<string, double>();
}
