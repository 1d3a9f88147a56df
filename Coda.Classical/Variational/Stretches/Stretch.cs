using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Stretches;

/// <summary>A stretch of a record to be smoothed by itself: its steps with an overlap on both sides, and a first guess of all of them.</summary>
/// <param name="Observations">The observations.</param>
/// <param name="Steps">The steps that are smoothed.</param>
/// <param name="Wanted">Those whose analyses are kept.</param>
/// <param name="FirstGuess">The first guess. [time, space]</param>
internal sealed record Stretch(ObservationStretch Observations, StepRange Steps, StepRange Wanted, double[] FirstGuess)
{
    /// <summary>The spread of the first guess at the first step, where it has one. [space]</summary>
    public ReadOnlyMemory<float>? Spread { get; init; }

    /// <summary>Cuts what is asked for into stretches of about one length, counted from the record's start, so that bits do not depend on the
    /// request.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="firstGuess">Where first guesses come from; it runs once over the steps, in order.</param>
    /// <param name="length">The steps of a stretch without its overlap; between two thirds and one and a half times that, so that all of a record are
    /// alike.</param>
    /// <param name="overlap">The steps added on each side, within the record.</param>
    public static IEnumerable<Stretch> Of(IObservationArchive archive, AnalysisRequest request, AssimilationMethod firstGuess, int length, int overlap)
    {
        archive = PlausibleObservations.Of(archive);
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            var cores = Cores(record, length).Where(core => core.Intersect(wanted).Count > 0).ToList();
            var all = new StepRange(cores[0].Start, cores[^1].End).Widen(overlap, overlap).Intersect(record);
            var part = request with { Trajectories = [trajectory], Steps = all, Progress = null };
            using var guesses = new StateWindow(firstGuess.Compute(archive, part), firstGuess.Layout.Size);
            foreach (var core in cores)
            {
                var steps = core.Widen(overlap, overlap).Intersect(record);
                yield return new Stretch(archive.ReadObservations(trajectory, steps), steps, core.Intersect(wanted), guesses.Take(steps))
                {
                    Spread = guesses.SpreadAt(steps.Start),
                };
            }
        }
    }

    private static IEnumerable<StepRange> Cores(StepRange record, int length)
    {
        var count = Math.Max(1, (record.Count + (length / 2)) / length);
        for (var i = 0L; i < count; i++)
        {
            yield return new StepRange(record.Start + (i * record.Count / count), record.Start + ((i + 1) * record.Count / count));
        }
    }
}
