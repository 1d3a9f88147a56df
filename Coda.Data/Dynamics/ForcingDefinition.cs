namespace Coda.Data.Dynamics;

/// <summary>An input series of a system: what acts on it from outside, known at every step and linear between steps.</summary>
/// <param name="Name">Its symbol, by which the equations read it as they read a parameter, for example <c>rain</c>.</param>
/// <param name="Unit">The unit of its values; "1" where they are dimensionless.</param>
/// <param name="Size">The number of its values at a step, at least 1: 1 for a number that acts everywhere, else a value for each site of a field.</param>
public sealed record ForcingDefinition(string Name, string Unit = "1", int Size = 1)
{
    /// <summary>The time since step 0 in units of the system's time, which needs no series: equations that name it depend on time explicitly.</summary>
    public static ForcingDefinition Time { get; } = new("time");

    /// <summary>Whether it is the time.</summary>
    internal bool IsTime => Name == Time.Name;
}
