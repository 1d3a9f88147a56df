using System.Globalization;

namespace Coda.Figures.Drawing;

/// <summary>Of what a figure is.</summary>
/// <param name="Archive">The archive's name; <see langword="null"/> where a figure is of a model alone.</param>
/// <param name="Model">The models or methods that made the estimates, in words; <see langword="null"/> where there are none.</param>
/// <param name="Seed">The seed of archive or training; <see langword="null"/> where there is none.</param>
public sealed record FigureSource(string? Archive, string? Model = null, ulong? Seed = null)
{
    /// <summary>What else is to be said, such as a trajectory.</summary>
    public string? Detail { get; init; }

    /// <summary>All of it in a line.</summary>
    public string Text => string.Join(" · ", Parts);

    /// <summary>What it says, part by part.</summary>
    internal IEnumerable<string> Parts => new[]
    {
        Archive is null ? null : $"archive {Archive}",
        Model,
        Detail,
        Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}") : null,
    }.OfType<string>();
}
