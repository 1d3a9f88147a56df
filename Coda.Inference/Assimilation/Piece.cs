using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>A piece of a record that one worker analyzes: consecutive steps, with the observations around them.</summary>
/// <param name="Observations">The observations of the piece's steps and of a halo on both sides.</param>
/// <param name="Steps">The steps that are analyzed.</param>
/// <param name="Wanted">Those of them that were asked for.</param>
internal sealed record Piece(ObservationStretch Observations, StepRange Steps, StepRange Wanted)
{
    /// <summary>Cuts what is asked for into pieces of one length, counted from the record's start, so that bits do not depend on the request.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="length">The steps of a piece; the last of a record may have fewer.</param>
    /// <param name="halo">The steps added on each side.</param>
    public static IEnumerable<Piece> Of(IObservationArchive archive, AnalysisRequest request, int length, int halo)
    {
        if (request.Trajectories is null && request.Steps is null)
        {
            return archive.ReadStretches(length, halo).Select(s => new Piece(s, s.Steps.Widen(-halo, -halo), s.Steps.Widen(-halo, -halo)));
        }

        return Selected(archive, request, length, halo);
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

    private static IEnumerable<Piece> Selected(IObservationArchive archive, AnalysisRequest request, int length, int halo)
    {
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        var first = record.Start + ((wanted.Start - record.Start) / length * length);
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            for (var start = first; start < wanted.End; start += length)
            {
                var steps = new StepRange(start, Math.Min(start + length, record.End));
                yield return new Piece(archive.ReadObservations(trajectory, steps.Widen(halo, halo)), steps, steps.Intersect(wanted));
            }
        }
    }
}
