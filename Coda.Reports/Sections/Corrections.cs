using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Learned corrections against the coupling that their simulators lack.</summary>
internal sealed class Corrections : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Learned correction";

    /// <inheritdoc/>
    public string Needs => "a model with a correction, and a two-level record with its truth";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => Couplings.Pairs(material).Any();

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var (model, record) in Couplings.Pairs(material))
        {
            var score = Couplings.Score(model, record, material);
            yield return FormattableString.Invariant(
                $"The residual of the correction is {score.Residual:G4}, of the coupling's deviation {score.Deviation:G4}; ")
                + FormattableString.Invariant($"no function of the local state has less than {score.Scatter:G4}.");
            yield return Correction(record.Source([]) with { Model = model.Source.Model }, record.Description.ValueUnit, score);
        }
    }
}
