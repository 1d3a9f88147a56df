using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Pages;
using Coda.Reports.Gathering;
using Coda.Reports.Sections;
using Coda.Workflows.Progress;

namespace Coda.Reports.Pages;

/// <summary>Archives, models, analyses, forecasts and studies to one HTML file, and their pictures to files.</summary>
public static class ReportWorkflow
{
    /// <summary>Makes a report; it is written whole or not at all.</summary>
    /// <param name="job">Of what, to where.</param>
    /// <param name="progress">Told how it gets on, and what there is to say against what is shown.</param>
    /// <param name="cancellation">Stops it; then no report is written.</param>
    /// <exception cref="ArgumentException">A trajectory, steps or a margin that a record does not have.</exception>
    /// <exception cref="FileNotFoundException">A target is not there.</exception>
    /// <exception cref="InvalidDataException">A target is damaged.</exception>
    /// <exception cref="InvalidOperationException">No font is installed.</exception>
    public static ReportOutcome Run(ReportJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("report").Require(job.Margin >= 0, nameof(job.Margin), "at least 0", job.Margin).ThrowIfAny();
        cancellation.ThrowIfCancellationRequested();
        Figure.RequireFont();
        if (Directory.Exists(job.Output))
        {
            throw new IOException($"{job.Output}: expected an HTML file to write, got a folder. Choose another name.");
        }

        var aside = new ProgressAside(progress);
        using var material = ReportMaterial.Open(job, aside, cancellation);
        var (shown, missing) = (new List<PageSection>(), new List<MissingSection>());
        foreach (var section in ReportSections.All)
        {
            cancellation.ThrowIfCancellationRequested();
            List<SectionPart> parts = section.IsPossible(material) ? [.. section.Make(material)] : [];
            if (parts.Count > 0)
            {
                shown.Add(ReportPages.Section(section.Title, parts, shown.Sum(s => s.Figures.Count)));
            }
            else
            {
                missing.Add(new(section.Title, section.Needs));
            }
        }

        var pictures = progress.Run("pictures", _ => Pictures(job, shown, cancellation));
        progress.Run("report", _ => Write(job.Output, stream => ReportPages.Write(stream, material, aside.Warnings.All, shown, missing)));
        var bytes = new FileInfo(job.Output).Length;
        if (bytes > job.MostBytes)
        {
            aside.Warnings.Add("large-report", FormattableString.Invariant(
                $"{job.Output}: expected at most {job.MostBytes / 1e6:G3} MB, got {bytes / 1e6:G3}. Give fewer targets, or a report to each."));
        }

        var peak = PeakMemory.Of(job.Memory, aside.Warnings);
        foreach (var warning in aside.Warnings.All)
        {
            progress.Warnings.Add(warning);
        }

        var sections = shown.Select(s => new ShownSection(s.Title, [.. s.Figures.Select(f => f.Name)], s.Tables.Count));
        return new(job.Output, bytes, [.. sections], missing, pictures) { PeakMemory = peak };
    }

    private static IReadOnlyList<string> Pictures(ReportJob job, IReadOnlyList<PageSection> sections, CancellationToken cancellation)
    {
        List<string> files = [];
        foreach (var figure in job.Pictures is null ? [] : sections.SelectMany(s => s.Figures))
        {
            Directory.CreateDirectory(job.Pictures!);
            foreach (var ending in new[] { "svg", "png" })
            {
                cancellation.ThrowIfCancellationRequested();
                files.Add(Path.Combine(job.Pictures!, $"{figure.Name}.{ending}"));
                figure.Write(files[^1]);
            }
        }

        return files;
    }

    private static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, write);
    }
}
