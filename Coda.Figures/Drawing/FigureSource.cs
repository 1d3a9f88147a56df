using System.Globalization;

namespace Coda.Figures.Drawing;

/// <summary>Of what a figure is.</summary>
/// <param name="Archive">The archive's name; <see langword="null"/> where a figure is of a model alone.</param>
/// <param name="Model">The model or method that made the estimates; <see langword="null"/> where there are none.</param>
/// <param name="Seed">The seed of archive or training; <see langword="null"/> where there is none.</param>
public sealed record FigureSource(string? Archive, string? Model = null, ulong? Seed = null)
{
    /// <summary>What else is to be said, such as a trajectory.</summary>
    public string? Detail { get; init; }

    /// <summary>All of it in a line.</summary>
    public string Text => string.Join(" · ", new[]
    {
        Archive is null ? null : $"archive {Archive}",
        Model is null ? null : $"model {Model}",
        Detail,
        Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}") : null,
    }.OfType<string>());
}
