using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Inference.Forecasting;

/// <summary>Cuts the starts of forecasts into the parts in which the forecasts are written, and from which a run that was stopped goes on.</summary>
/// <remarks>Starts may lie anywhere in a record, so that they are counted; a part holds all leads of its starts.</remarks>
public static class ForecastParts
{
    /// <summary>The parts of the forecasts from some analyses, in order, about equal; where trajectories are short, a part holds whole ones.</summary>
    /// <param name="analyses">The analyses' trajectories and steps, sorted (<see cref="ParquetArchive.ReadSelected"/>); enumerated with the parts.</param>
    /// <param name="archive">What their archive holds.</param>
    /// <param name="request">Which starts and leads.</param>
    /// <param name="stateSize">The length of a state.</param>
    /// <param name="states">The forecast states of a part, about, at least 1; by default as many as take 16 MB.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of states below 1.</exception>
    /// <exception cref="ArgumentException">No analysis to start from, or too many parts; thrown while enumerating.</exception>
    public static IEnumerable<RunPart> Of(
        IEnumerable<SelectedStates> analyses, ArchiveDescription archive, ForecastRequest request, int stateSize, long? states = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(request);
        var most = Math.Max(1, RunParts.StatesOf(states, stateSize) / request.Leads.Count);
        var whole = RecordRange.Whole(archive) with { Every = request.Starts is null ? request.StartEvery : 1 };
        return Enumerate();

        IEnumerable<RunPart> Enumerate()
        {
            var number = 0;
            foreach (var (range, starts) in Cut(Starts(analyses, request), whole, most))
            {
                yield return number < RunParts.Most
                    ? new RunPart(number++, range, starts * request.Leads.Count)
                    : throw new ArgumentException(
                        $"Parts of forecasts: expected at most {RunParts.Most}, got more of {most} starts. Take larger parts, or fewer starts.");
            }

            if (number == 0)
            {
                throw new ArgumentException(
                    $"Forecasts: expected analyses at {request.Describe()}, got none there. Analyze these steps, or start from others.");
            }
        }
    }

    // Trajectories of few starts together, those of many in pieces.
    private static IEnumerable<(RecordRange Range, long Starts)> Cut(IEnumerable<(int Trajectory, long Step)> starts, RecordRange whole, long most)
    {
        (RecordRange Range, long Starts)? open = null;
        foreach (var (trajectory, pieces) in Pieces(starts, most))
        {
            var (range, last) = (whole with { FirstTrajectory = trajectory, TrajectoryCount = 1 }, pieces[^1].Starts);
            if (open is { } before && (pieces.Count > 1 || before.Starts + last > most))
            {
                yield return before;
                open = null;
            }

            if (pieces.Count == 1)
            {
                open = open is { } group
                    ? (group.Range with { TrajectoryCount = trajectory + 1 - group.Range.FirstTrajectory }, group.Starts + last)
                    : (range, last);
                continue;
            }

            for (var i = 0; i < pieces.Count; i++)
            {
                var end = i + 1 < pieces.Count ? pieces[i + 1].First : whole.Steps.End;
                yield return (range with { Steps = new StepRange(pieces[i].First, end) }, pieces[i].Starts);
            }
        }

        if (open is { } left)
        {
            yield return left;
        }
    }

    // The first step and the number of each trajectory's starts, so many at a time.
    private static IEnumerable<(int Trajectory, List<(long First, long Starts)> Pieces)> Pieces(IEnumerable<(int Trajectory, long Step)> starts, long most)
    {
        var (trajectory, pieces) = (-1, new List<(long First, long Starts)>());
        foreach (var start in starts)
        {
            if (start.Trajectory != trajectory)
            {
                if (pieces.Count > 0)
                {
                    yield return (trajectory, pieces);
                }

                (trajectory, pieces) = (start.Trajectory, []);
            }

            if (pieces.Count == 0 || pieces[^1].Starts == most)
            {
                pieces.Add((start.Step, 0));
            }

            pieces[^1] = pieces[^1] with { Starts = pieces[^1].Starts + 1 };
        }

        if (pieces.Count > 0)
        {
            yield return (trajectory, pieces);
        }
    }

    private static IEnumerable<(int Trajectory, long Step)> Starts(IEnumerable<SelectedStates> analyses, ForecastRequest request) =>
        from rows in analyses
        from row in Enumerable.Range(0, rows.Count)
        where request.IsStart(rows.FirstStep + row)
        select (rows.Trajectory, rows.FirstStep + row);
}
