namespace Coda.Workflows.Checking;

/// <summary>What one check of a plug-in found.</summary>
/// <param name="PlugIn">The class that was checked.</param>
/// <param name="Kind">Its kind, as in <c>system</c>.</param>
/// <param name="Check">What was checked, in a word or two.</param>
/// <param name="IsPassed">Whether it is as it should be.</param>
/// <param name="Result">What was found: of what failed, what was expected and what was got.</param>
/// <param name="Cure">What to do where it failed; else empty.</param>
public sealed record PlugInCheck(string PlugIn, string Kind, string Check, bool IsPassed, string Result, string Cure = "");
