using Coda.Data.Archives.Parts;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives.Runs;

/// <summary>What a run makes, from what, in which parts: the content of its <c>plan.json</c>, the same for every shard.</summary>
internal sealed record RunPlan
{
    /// <summary>What the parts are made from, by name: method, model, observations.</summary>
    public required SortedDictionary<string, string> Origin { get; init; }

    /// <summary>The description of the archive that the table becomes part of.</summary>
    public required ArchiveDescription Description { get; init; }

    /// <summary>What the table will say of itself, where that is known.</summary>
    public TableNote? Note { get; init; }

    /// <summary>The parts, in the order of their rows.</summary>
    public required IReadOnlyList<RunPart> Parts { get; init; }

    /// <summary>
    /// Refuses a plan that cannot be carried out: no parts, or parts that are not, together and each once, one range of the record; of forecasts, whose starts
    /// may lie anywhere in it, parts that are not one after the other.
    /// </summary>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    public void Check()
    {
        DescriptionCheck.Require(Description);
        var faults = new Faults("plan").Require(Parts.Count > 0, "parts", "at least one part", "none");
        foreach (var (i, part) in Parts.Index())
        {
            var (range, steps) = (part.Range, part.Range.Steps);
            var isWithin = range.FirstTrajectory >= 0 && range.TrajectoryCount >= 1
                && (long)range.FirstTrajectory + range.TrajectoryCount <= Description.TrajectoryCount
                && steps.Start < steps.End && steps.Intersect(Description.Steps) == steps && range.Every >= 1 && range.Every == Parts[0].Range.Every;
            faults.Require(isWithin, $"parts[{i}].range", $"one within {RecordRange.Whole(Description)}", range)
                .Require(part.Rows is null == Parts[0].Rows is null && part.RowCount >= 1, $"parts[{i}].rows", "at least 1, or none in any part", part.Rows)
                .Require(part.Number >= 0 && (i == 0 || part.Number > Parts[i - 1].Number), $"parts[{i}].number", "numbers of at least 0 that rise",
                    part.Number);
        }

        if (faults.Count == 0 && Parts[0].Rows is not null)
        {
            var (before, after) = Parts.Zip(Parts.Skip(1)).FirstOrDefault(pair => !IsAfter(pair.Second.Range, pair.First.Range));
            faults.Require(after is null, "parts", $"one after {before?.Range}, in the order of rows", after?.Range);
        }
        else if (faults.Count == 0)
        {
            var (first, end) = (Parts.Min(p => p.Range.FirstTrajectory), Parts.Max(p => p.Range.EndTrajectory));
            var all = new RecordRange(
                first, end - first, new StepRange(Parts.Min(p => p.Range.Steps.Start), Parts.Max(p => p.Range.Steps.End))) { Every = Parts[0].Range.Every };
            var rows = Parts.Sum(p => (double)p.Range.Rows);
            faults.Require(rows == all.Rows, "parts", $"parts that fill {all}, {all.Rows} states", rows);
        }

        faults.ThrowIfAny();
    }

    private static bool IsAfter(RecordRange range, RecordRange before) => range.FirstTrajectory >= before.EndTrajectory
        || ((range.TrajectoryCount, before.TrajectoryCount, range.FirstTrajectory) == (1, 1, before.FirstTrajectory) && range.Steps.Start >= before.Steps.End);
}
