using Coda.Figures.Drawing;

namespace Coda.Figures.Pages;

/// <summary>A section of a page.</summary>
/// <param name="Id">Its anchor: lower-case words with hyphens, once a page.</param>
/// <param name="Title">Its heading.</param>
public sealed record PageSection(string Id, string Title)
{
    /// <summary>What is to be said first, a paragraph each.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>What is to be said against its figures.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tables, by what they hold.</summary>
    public IReadOnlyList<KeyValuePair<string, FigureTable>> Tables { get; init; } = [];

    /// <summary>Its pictures.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];
}
