namespace Coda.Data.Archives.NetCdf;

/// <summary>A named array.</summary>
/// <param name="Name">The name; in a group its path, as in <c>station/height</c>.</param>
/// <param name="Type">What its entries are.</param>
/// <param name="Dimensions">Its axes; the last is contiguous. None for one number.</param>
/// <param name="Attributes">What the file says of it: text, or numbers in double precision, by name.</param>
internal sealed record NetCdfVariable(
    string Name, NetCdfType Type, IReadOnlyList<NetCdfDimension> Dimensions, IReadOnlyDictionary<string, object> Attributes)
{
    /// <summary>The name without that of the groups that it lies in.</summary>
    public string OwnName => Name[Group.Length..];

    /// <summary>The path of its group, up to the last slash; empty at the root.</summary>
    public string Group => Name[..(Name.LastIndexOf('/') + 1)];

    /// <summary>The text of an attribute; <see langword="null"/> where there is none.</summary>
    /// <param name="name">The attribute.</param>
    public string? Text(string name) => Attributes.GetValueOrDefault(name) as string;

    /// <summary>The numbers of an attribute; none where there is none.</summary>
    /// <param name="name">The attribute.</param>
    public double[] Numbers(string name) => Attributes.GetValueOrDefault(name) as double[] ?? [];
}
