using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>A section of a report: one class, listed in <see cref="ReportSections"/>.</summary>
internal interface IReportSection
{
    /// <summary>Its heading.</summary>
    string Title { get; }

    /// <summary>What it is made from, in words that follow "needs"; for the list of what a report does not show.</summary>
    string Needs { get; }

    /// <summary>Whether that is there.</summary>
    /// <param name="material">What there is.</param>
    bool IsPossible(ReportMaterial material);

    /// <summary>Makes it.</summary>
    /// <param name="material">What there is.</param>
    IEnumerable<SectionPart> Make(ReportMaterial material);
}
