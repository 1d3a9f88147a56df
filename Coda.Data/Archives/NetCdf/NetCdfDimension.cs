namespace Coda.Data.Archives.NetCdf;

/// <summary>An axis that variables share by its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Length">The number of places along it; of an unlimited one, those that are written.</param>
internal sealed record NetCdfDimension(string Name, long Length);
