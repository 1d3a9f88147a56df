using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>What learned sequential analyses make of an innovation, at its site and around it.</summary>
internal sealed class Gains : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Learned gain";

    /// <inheritdoc/>
    public string Needs => "a model that analyzes sequentially on a ring, and a record of its size";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => LearnedGains.Pairs(material).Any();

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var (model, record) in LearnedGains.Pairs(material))
        {
            var gain = LearnedGains.Measure(model, record, material);
            var own = gain.Y.Count / 2;
            yield return FormattableString.Invariant(
                $"An innovation moves its own site by {gain.Y[own]:G3} ± {gain.Deviation![own]:G3} of itself, the deviation ")
                + "over sites and cycles: what the flow makes of it, which a fixed gain does not know.";
            yield return OfCurves(
                "gain", "Learned gain by distance", record.Source([]) with { Model = $"model: {model.Card.Name}" },
                "sites from the analyzed one to the observation", "gain", [gain]);
        }
    }
}
