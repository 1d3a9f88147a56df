namespace Coda.Figures.Inputs;

/// <summary>The curves of one entry or parameter, in a panel of their own.</summary>
/// <param name="Title">The entry's or parameter's name.</param>
/// <param name="Unit">Its unit; 1 where it has none.</param>
/// <param name="Curves">Its curves.</param>
public sealed record SeriesPanel(string Title, string Unit, IReadOnlyList<Curve> Curves);
