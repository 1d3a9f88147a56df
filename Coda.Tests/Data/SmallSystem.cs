using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Tests.Data;

/// <summary>Every system of the catalogue in a size that tests can afford: its own, or where that is large, what its option <c>size</c> makes small.</summary>
internal static class SmallSystem
{
    private const int Affordable = 1000;

    /// <summary>Sizes that some system takes: even for transforms round an axis, odd for those between walls.</summary>
    private static readonly int[] Sizes = [8, 9, 16, 17];

    public static Component Component(string name) => DynamicalSystem.Catalog.Create(new Component(name)).Layout.Size <= Affordable
        ? new Component(name)
        : Sizes.Select(size => new Component(name, new JsonObject { ["size"] = size })).First(IsTaken);

    public static DynamicalSystem Make(string name) => DynamicalSystem.Catalog.Create(Component(name));

    private static bool IsTaken(Component component)
    {
        try
        {
            return DynamicalSystem.Catalog.Create(component).Layout.Size <= Affordable;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
