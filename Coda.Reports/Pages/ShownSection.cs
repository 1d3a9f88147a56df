namespace Coda.Reports.Pages;

/// <summary>A section of a report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Pictures">The names of its pictures, which are also those of their files.</param>
/// <param name="Tables">The number of its tables; those behind pictures are not counted.</param>
public sealed record ShownSection(string Title, IReadOnlyList<string> Pictures, int Tables);
