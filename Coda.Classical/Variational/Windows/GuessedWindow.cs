using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Windows;

/// <summary>A window of 4D-Var that starts from a filter's analysis, which knows nothing of what the window observes.</summary>
/// <param name="Observations">What is observed from its first step on, over all of its steps and those that are wanted.</param>
/// <param name="Steps">The window's steps; the filter's analysis is that of the step before.</param>
/// <param name="Wanted">The steps whose analyses are taken from it.</param>
/// <param name="Guess">The filter's analyses, from the step before the window on to the last that is wanted. [time, space]</param>
internal sealed record GuessedWindow(ObservationStretch Observations, StepRange Steps, StepRange Wanted, double[] Guess)
{
    /// <summary>Cuts what is asked for into windows, counted from the record's start, so that bits do not depend on the request.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="filter">Where first guesses come from; it runs once over the steps, in order.</param>
    /// <param name="shape">The windows.</param>
    public static IEnumerable<GuessedWindow> Of(IObservationArchive archive, AnalysisRequest request, AssimilationMethod filter, WindowShape shape)
    {
        archive = PlausibleObservations.Of(archive);
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            var cores = shape.Cores(record).Where(core => core.Intersect(wanted).Count > 0).ToList();
            var first = Start(shape.Window(cores[0], record), record) - 1;
            var part = request with { Trajectories = [trajectory], Steps = new StepRange(first, cores[^1].End), Progress = null };
            using var guesses = new StateWindow(filter.Compute(archive, part), filter.Layout.Size);
            foreach (var core in cores)
            {
                var window = shape.Window(core, record);
                var start = Start(window, record);
                var steps = new StepRange(start, Math.Max(start, window.End));
                var observations = archive.ReadObservations(trajectory, new StepRange(start, Math.Max(steps.End, core.End)));
                yield return new GuessedWindow(observations, steps, core.Intersect(wanted), guesses.Take(new StepRange(start - 1, core.End)));
            }
        }
    }

    // After the first step, whose analysis the first window starts from.
    private static long Start(StepRange window, StepRange record) => Math.Max(window.Start, record.Start + 1);
}
