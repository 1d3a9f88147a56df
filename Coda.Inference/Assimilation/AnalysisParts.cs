using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Cuts a record into the parts in which its analyses are written, and from which a run that was stopped goes on.</summary>
public static class AnalysisParts
{
    /// <summary>The parts of a record, or of a range of it, in order, about equal.</summary>
    /// <param name="method">What analyzes; where it needs whole trajectories, a part holds whole ones.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="range">The range; the whole record by default.</param>
    /// <param name="states">The states of a part, about, at least 1; by default as many as take 16 MB.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of states below 1, or a range that is not within the record.</exception>
    public static IReadOnlyList<RunPart> Of(AssimilationMethod method, ArchiveDescription archive, RecordRange? range = null, long? states = null)
    {
        range ??= RecordRange.Whole(archive);
        range.Require(archive);
        var wanted = RunParts.StatesOf(states, method.Layout.Size);
        if (range.Rows / (double)wanted > RunParts.Most)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Parts of analyses: expected at most {RunParts.Most}, got {range.Rows / (double)wanted:G4} of {wanted} states in {range}. Take larger parts, "
                    + $"or a part of the record."));
        }

        return [.. Cut(method, archive, range, wanted).Select((part, number) => new RunPart(number, part))];
    }

    private static IEnumerable<RecordRange> Cut(AssimilationMethod method, ArchiveDescription archive, RecordRange range, long wanted)
    {
        var trajectories = new StepRange(range.FirstTrajectory, range.EndTrajectory);
        if (method.PieceLength is not { } piece || range.Steps.Count <= wanted)
        {
            return Cut(trajectories, trajectories.Start, Math.Max(1, wanted / range.Steps.Count))
                .Select(t => range with { FirstTrajectory = (int)t.Start, TrajectoryCount = (int)t.Count });
        }

        var steps = Cut(range.Steps, archive.Steps.Start, Math.Max(1, wanted / piece) * piece).ToList();
        return Cut(trajectories, trajectories.Start, 1)
            .SelectMany(t => steps.Select(s => range with { FirstTrajectory = (int)t.Start, TrajectoryCount = 1, Steps = s }))
            .Where(r => r.Rows > 0);
    }

    // Cuts at multiples of a length, counted from an origin at or before the start.
    private static IEnumerable<StepRange> Cut(StepRange whole, long origin, long length)
    {
        for (var start = whole.Start; start < whole.End;)
        {
            var end = Math.Min(origin + ((((start - origin) / length) + 1) * length), whole.End);
            yield return new StepRange(start, end);
            start = end;
        }
    }
}
