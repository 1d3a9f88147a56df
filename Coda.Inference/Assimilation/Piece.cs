using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>A piece of a record that one worker analyzes: consecutive steps, with the observations around them.</summary>
/// <param name="Observations">The observations of the piece's steps and of a halo on both sides.</param>
/// <param name="Steps">The steps that are analyzed.</param>
/// <param name="Wanted">Those of them that were asked for.</param>
public sealed record Piece(ObservationStretch Observations, StepRange Steps, StepRange Wanted)
{
    /// <summary>Cuts what is asked for into pieces of one length, counted from the record's start, so that bits do not depend on the request.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="length">The steps of a piece; the last of a record may have fewer.</param>
    /// <param name="halo">The steps added on each side.</param>
    public static IEnumerable<Piece> Of(IObservationArchive archive, AnalysisRequest request, int length, int halo)
    {
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        var first = (wanted.Start - record.Start) / length;
        var end = (wanted.End - record.Start + length - 1) / length;
        var steps = new StepRange(record.Start + (first * length), record.Start + (end * length)).Intersect(record);
        return
            from range in Consecutive(request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
            from stretch in PlausibleObservations.Of(archive).ReadStretches(new RecordRange(range.First, range.Count, steps), length, halo)
            let core = stretch.Steps.Widen(-halo, -halo)
            select new Piece(stretch, core, core.Intersect(wanted));
    }

    /// <summary>Makes the block of the wanted steps from the states of all of the piece's steps, in that order.</summary>
    /// <param name="states">The states. [time, space]</param>
    /// <param name="stateSize">The length of one state.</param>
    /// <param name="spread">Their spread, or nothing. [time, space]</param>
    public StateBlock Block(ReadOnlySpan<float> states, int stateSize, ReadOnlySpan<float> spread = default)
    {
        var (start, length) = ((int)(Wanted.Start - Steps.Start) * stateSize, (int)Wanted.Count * stateSize);
        return new StateBlock(
            Observations.Trajectory, Wanted.Start, stateSize, states.Slice(start, length).ToArray(),
            spread.IsEmpty ? default(ReadOnlyMemory<float>?) : spread.Slice(start, length).ToArray());
    }

    // Rising numbers as runs of consecutive ones, each of which is read in one pass.
    private static IEnumerable<(int First, int Count)> Consecutive(IReadOnlyList<int> rising)
    {
        var start = 0;
        for (var i = 1; i <= rising.Count; i++)
        {
            if (i == rising.Count || rising[i] != rising[i - 1] + 1)
            {
                yield return (rising[start], i - start);
                start = i;
            }
        }
    }
}
