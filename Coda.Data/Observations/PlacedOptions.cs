namespace Coda.Data.Observations;

/// <summary>Which field is observed, and at which positions.</summary>
public abstract record PlacedOptions
{
    /// <summary>The field that is observed; the state's only one by default.</summary>
    public string? Field { get; init; }

    /// <summary>The positions along the grid's last axis, in coordinates of <see cref="XRange"/>.</summary>
    public IReadOnlyList<double>? X { get; init; }

    /// <summary>The positions along the axis before, in coordinates of <see cref="YRange"/>; nothing on rings and lines.</summary>
    public IReadOnlyList<double>? Y { get; init; }

    /// <summary>Positions by the million, in place of <see cref="X"/> and <see cref="Y"/>: all x, then all y, as doubles with the smallest byte first, in
    /// Base64; <c>coda import</c> writes them so.</summary>
    public string? Packed { get; init; }

    /// <summary>So many positions drawn evenly over the grid, in place of those that are given; always the same ones.</summary>
    public int? Random { get; init; }

    /// <summary>The coordinate x of the first site, and of the last, or where the axis is periodic of the first again: 0, 360 for longitudes around the globe.
    /// Places among the sites, counted from 0, by default.</summary>
    public IReadOnlyList<double>? XRange { get; init; }

    /// <summary>The coordinate y of the first row and of the last, or where the axis is periodic of the first again; may fall, as in 90, -90.</summary>
    public IReadOnlyList<double>? YRange { get; init; }
}
