namespace Coda.Data.Dynamics;

/// <summary>How the sites of a state field are arranged.</summary>
public enum Topology
{
    /// <summary>Evenly spaced sites on a periodic line; the first and last are neighbours.</summary>
    Ring,

    /// <summary>Variables without an order or a distance.</summary>
    Components,
}
