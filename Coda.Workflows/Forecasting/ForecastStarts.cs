using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Workflows.Forecasting;

/// <summary>Whether forecasts may start from an archive's analyses, and what they say of them.</summary>
internal static class ForecastStarts
{
    /// <summary>What the table of forecasts says of the analyses that they start from.</summary>
    /// <param name="archive">The archive with the analyses.</param>
    /// <param name="takesSmoothed">Whether those are taken that look ahead, or do not tell.</param>
    /// <exception cref="ArgumentException">They look ahead, or do not tell, and are not taken.</exception>
    public static TableNote NoteOf(ParquetArchive archive, bool takesSmoothed)
    {
        var note = archive.Description.NoteOf(ArchiveTable.Analyses);
        if (note.Kind == StartKind.Past || takesSmoothed || !archive.HasTable(ArchiveTable.Analyses))
        {
            // What makes analyses doubtful makes what starts from them so.
            IReadOnlyList<ResultWarning>? warnings = note.Warnings is { } all ? [.. all.Select(w => w with { IsFailure = false })] : null;
            return new TableNote { LookAhead = note.LookAhead, Warnings = warnings };
        }

        var tell = note.Kind == StartKind.Unknown ? " Or run the 'coda analyze' that made them once more: it leaves the analyses and lets the table tell." : "";
        throw new ArgumentException(
            $"{archive.Path}: expected analyses that look back only, as a forecaster's do, got some that {note.Describe()}. "
            + "Analyze with --nowcast, with --polish 6 --look-back 200 --every TIME, or by a filter, into another --output, and forecast from there; "
            + $"--from smoothed takes these all the same, and every table says so.{tell}");
    }
}
