using Coda.Data.Time;

namespace Coda.Reports.Gathering;

/// <summary>What to report of, to where.</summary>
/// <param name="Targets">
/// Directories of archives, folders or names of models, folders of studies, files that <c>coda compare --json</c> wrote, and folders that hold some of these;
/// at least one.
/// </param>
/// <param name="Output">The HTML file to write.</param>
public sealed record ReportJob(IReadOnlyList<string> Targets, string Output)
{
    /// <summary>The folder that takes every picture as SVG and PNG, too; none by default.</summary>
    public string? Pictures { get; init; }

    /// <summary>The name or number of the trajectory whose states are shown; the first by default.</summary>
    public string? Trajectory { get; init; }

    /// <summary>The steps whose states are shown; the first few hundred by default. Scores are of the whole record.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>The size of the file in bytes beyond which a warning says that it has become large.</summary>
    public long MostBytes { get; init; } = 5_000_000;

    /// <summary>The steps left out of scores at each end of the record, at least 0.</summary>
    public int Margin { get; init; }

    /// <summary>The bound on the process's memory, in bytes; none by default.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether the parts of archives are compared with their checksums.</summary>
    public bool Verifies { get; init; } = true;
}
