namespace Coda.Data.Cards;

/// <summary>A parameter of the simulator, or an array of the correction's weights, that a model's tracked graphs have in their state, as departures from the
/// trained values.</summary>
/// <param name="Name">The parameter's symbol, or the name of the array.</param>
/// <param name="Size">The number of its entries, at least 1; 1 for a parameter.</param>
/// <param name="Scale">The size of its trained values, by which departures are measured, greater than 0: the root of their mean square; where an array is all
/// 0, that of all weights.</param>
public sealed record TrackedPart(string Name, int Size, double Scale)
{
    /// <summary>The name of the state's field that holds the departures.</summary>
    public const string Field = "departures";
}
