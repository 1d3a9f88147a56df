namespace Coda.Workflows.Describing;

/// <summary>An entry of a catalogue, as its documentation describes it.</summary>
/// <param name="Kind">Its kind, as in <c>system</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it is; empty where nothing is documented.</param>
/// <param name="Source">Where it comes from, and what it takes for granted; empty where nothing is documented.</param>
/// <param name="Options">Its options, in the order of their declaration.</param>
public sealed record EntryDescription(string Kind, string Name, string Summary, string Source, IReadOnlyList<OptionDescription> Options);
