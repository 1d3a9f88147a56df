using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>What methods reach against what they cost, as <c>coda compare</c> measured it.</summary>
internal sealed class Costs : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Score against cost";

    /// <inheritdoc/>
    public string Needs => "a file that 'coda compare --json' wrote";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Comparisons.Any(c => c.Trials.Any(IsMeasured));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material) =>
        from comparison in material.Comparisons
        let points = comparison.Trials.Where(IsMeasured).Select(t => new CostPoint(t.Name, t.MillisecondsPerStep, t.Score, t.IsSmoother)).ToList()
        where points.Count > 0
        select (SectionPart)ScoreAgainstCost(
            new FigureSource(Path.GetFileName(Path.TrimEndingDirectorySeparator(comparison.Archive))) { Detail = $"from {Path.GetFileName(comparison.File)}" },
            "milliseconds an analysis", comparison.IsTruth ? "RMSE" : "misfit", points);

    private static bool IsMeasured(ComparedMethod method) => method.MillisecondsPerStep > 0 && double.IsFinite(method.Score);
}
