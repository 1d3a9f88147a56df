namespace Coda.Data.Dynamics;

/// <summary>One contiguous part of a state vector.</summary>
/// <param name="Name">The field's symbol, for example <c>x</c>.</param>
/// <param name="Size">The number of sites, greater than 0.</param>
/// <param name="Topology">How the sites are arranged.</param>
public sealed record StateField(string Name, int Size, Topology Topology);
