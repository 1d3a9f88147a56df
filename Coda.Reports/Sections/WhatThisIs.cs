using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Reports.Gathering;
using Coda.Workflows.Inspecting;
using Coda.Workflows.Progress;

namespace Coda.Reports.Sections;

/// <summary>What was observed, and what the models are: as <c>coda inspect</c> says it.</summary>
internal sealed class WhatThisIs : IReportSection
{
    /// <inheritdoc/>
    public string Title => "What this is";

    /// <inheritdoc/>
    public string Needs => "an archive, a model or a study";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => true;

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var record in material.Records)
        {
            var archive = (InspectedArchive)InspectWorkflow.Run(new(record.Archive.Path) { Verifies = false }, material.Progress, material.Cancellation);
            yield return SectionPart.Of(
                $"Archive {record.Name}", ["what", "is"],
                [.. Facts(InspectionFacts.Of(archive)), .. Observed(record.Archive.RowCount(ArchiveTable.Observations), record.Description)]);
            if (record.Tables.Count > 0)
            {
                yield return SectionPart.Of(
                    $"Estimates of {record.Name}", ["estimate", "table", "states", "model", "seen"],
                    [.. record.Tables.Select(t => (IReadOnlyList<object?>)
                    [
                        t.Label, t.Table.ToString().ToLowerInvariant(), t.Archive.RowCount(t.Table), t.Model ?? "none", t.Note.Describe(),
                    ])]);
            }
        }

        foreach (var model in material.Models)
        {
            var inspected = (InspectedModel)InspectWorkflow.Run(new(model.Folder) { Verifies = false }, material.Progress, material.Cancellation);
            yield return SectionPart.Of($"Model {model.Card.Name}", ["what", "is"], Facts(InspectionFacts.Of(inspected)));
        }
    }

    private static IReadOnlyList<IReadOnlyList<object?>> Facts(IEnumerable<(string Name, string? Value)> facts) =>
        [.. facts.Where(f => !string.IsNullOrEmpty(f.Value) && f.Name != "verified").Select(f => (IReadOnlyList<object?>)[f.Name, f.Value])];

    private static IEnumerable<IReadOnlyList<object?>> Observed(long observations, ArchiveDescription description)
    {
        var entries = (double)description.TrajectoryCount * description.Steps.Count * description.SiteCount;
        yield return
        [
            "observations", FormattableString.Invariant($"{observations:N0}, {100 * observations / entries:G3} % of sites and steps"),
        ];
        yield return ["units", $"values {Unit(description.ValueUnit)}, time {Unit(description.TimeUnit)}"];
    }

    private static string Unit(string unit) => unit == "1" ? "without a unit" : $"in {unit}";
}
