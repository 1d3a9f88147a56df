using System.Globalization;
using Coda.Training.Optimization;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>Says once how long a stage will take, as soon as its first steps tell.</summary>
/// <param name="progress">Who is told.</param>
/// <param name="first">The step that the run goes on from.</param>
internal sealed class TrainTime(IWorkflowProgress progress, int first)
{
    private const int LeastSteps = 5;
    private const double LeastSeconds = 2;

    private bool _isSaid;

    /// <summary>Looks at a report of the stage, and passes it on.</summary>
    /// <param name="state">The report.</param>
    public TrainingProgress Of(TrainingProgress state)
    {
        var done = state.Step - first;
        var elapsed = done / state.StepsPerSecond;
        if (!_isSaid && done >= LeastSteps && elapsed >= LeastSeconds)
        {
            _isSaid = true;
            var left = (state.Steps - state.Step) / state.StepsPerSecond;
            progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"About {Words(left)} for the other {state.Steps - state.Step} steps, as the first {done} took {elapsed:F0} s. It may be stopped (Ctrl-C): "
                + $"the same command goes on."));
        }

        return state;
    }

    private static string Words(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(seconds)):F0} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} hours"),
    };
}
