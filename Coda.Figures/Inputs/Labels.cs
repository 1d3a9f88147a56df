namespace Coda.Figures.Inputs;

/// <summary>Labels of axes.</summary>
internal static class Labels
{
    /// <summary>A word with its unit behind it, where it has one.</summary>
    /// <param name="word">What is measured.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    public static string WithUnit(string word, string unit) => unit is "1" or "" ? word : $"{word} ({unit})";
}
