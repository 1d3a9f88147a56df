using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>What the runs that made the estimates had to say against them: stretches that did not converge, trajectories that diverged.</summary>
internal sealed class Convergence : IReportSection
{
    private const int MostFigures = 6;

    /// <inheritdoc/>
    public string Title => "What did not converge";

    /// <inheritdoc/>
    public string Needs => "analyses or forecasts";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => r.Tables.Count > 0);

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var (record, table) in material.Records.SelectMany(r => r.Tables.Where(t => t.Note.Unsound is not null).Select(t => (r, t))).Take(MostFigures))
        {
            yield return UnsoundStretches(record.Source([table]), record.Description, table.Note.Unsound!);
        }

        yield return SectionPart.Of(
            "What the tables say against themselves",
            ["archive", "estimate", "table", "kind", "what"],
            [.. material.Records.SelectMany(r => r.Tables.SelectMany(t => Rows(r.Name, t)))]);
    }

    private static IEnumerable<IReadOnlyList<object?>> Rows(string record, ReportedTable table)
    {
        var name = table.Table.ToString().ToLowerInvariant();
        return table.Note.Warnings is { Count: > 0 } warnings
            ? warnings.Select(w => (IReadOnlyList<object?>)[record, table.Label, name, w.Kind, w.Message])
            : [[record, table.Label, name, null, "nothing"]];
    }
}
