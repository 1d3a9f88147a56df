namespace Coda.Reports.Pages;

/// <summary>What a report came to.</summary>
/// <param name="Path">The HTML file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sections">What it shows, in order.</param>
/// <param name="NotShown">What it does not show, because there was nothing to make it from.</param>
/// <param name="PictureFiles">The files of the pictures, where they were asked for.</param>
public sealed record ReportOutcome(
    string Path, long Bytes, IReadOnlyList<ShownSection> Sections, IReadOnlyList<MissingSection> NotShown, IReadOnlyList<string> PictureFiles)
{
    /// <summary>The most memory that the process has had, in bytes.</summary>
    public long PeakMemory { get; init; }
}
