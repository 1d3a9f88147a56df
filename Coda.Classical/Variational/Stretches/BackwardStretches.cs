using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Stretches;

/// <summary>A stretch of its own for each step, which ends with it: the analysis at the newest step, from a first guess that has seen no later one.</summary>
internal static class BackwardStretches
{
    /// <summary>The stretches of the steps that are asked for, in order.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="firstGuess">Where first guesses come from; it runs once for each stretch.</param>
    /// <param name="lookBack">The steps of a stretch before its last, within the record.</param>
    public static IEnumerable<Stretch> Of(IObservationArchive archive, AnalysisRequest request, AssimilationMethod firstGuess, int lookBack)
    {
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        _ = firstGuess.Compute(archive, request); // not enumerated: what it has to say against the record it says once, of the record as it is
        var observations = PlausibleObservations.Of(archive); // which checks what is read once
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            for (var step = wanted.Start; step < wanted.End; step++)
            {
                if (step % request.Every == 0)
                {
                    request.Cancellation.ThrowIfCancellationRequested();
                    yield return EndingAt(step, trajectory);
                }
            }
        }

        Stretch EndingAt(long step, int trajectory)
        {
            var steps = new StepRange(step - lookBack, step + 1).Intersect(record);
            var past = firstGuess.Compute(new PlausibleObservations(new PastArchive(observations, step + 1), double.PositiveInfinity),
                request with { Trajectories = [trajectory], Steps = steps, Every = 1, Progress = null, Warnings = null });
            using var guess = new StateWindow(past, firstGuess.Layout.Size);
            return new Stretch(observations.ReadObservations(trajectory, steps), steps, new StepRange(step, step + 1), guess.Take(steps))
            {
                Spread = guess.SpreadAt(steps.Start),
            };
        }
    }
}
