namespace Coda.Reports.Pages;

/// <summary>A section that a report does not have.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Needs">What it would be made from.</param>
public sealed record MissingSection(string Title, string Needs);
