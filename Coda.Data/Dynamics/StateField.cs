using System.Text.Json.Serialization;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>One contiguous part of a state vector.</summary>
/// <param name="Name">The field's symbol, for example <c>x</c>.</param>
/// <param name="Grid">How its sites lie in space.</param>
/// <param name="Unit">The unit of its values; "1" where they are dimensionless.</param>
[JsonConverter(typeof(StateFieldConverter))]
public sealed record StateField(string Name, Grid Grid, string Unit = "1")
{
    /// <summary>The values that it can have; every number by default.</summary>
    public StateDomain Domain { get; init; } = StateDomain.Real;

    /// <summary>The number of sites.</summary>
    public int Size => Grid.Size;
}
