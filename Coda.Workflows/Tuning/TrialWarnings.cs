using Coda.Classical.Tuning;
using Coda.Data.Foundation;
using Coda.Workflows.Analyzing;

namespace Coda.Workflows.Tuning;

/// <summary>What trials of methods say against themselves.</summary>
public static class TrialWarnings
{
    /// <summary>Adds what must be known of a trial: that it diverged, trajectories that did or are doubtful, stretches that did not converge.</summary>
    /// <param name="warnings">Where to.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="nameOf">What a trajectory is called.</param>
    /// <param name="isFailure">Whether nothing is left where it diverged.</param>
    public static void Add(ResultWarnings warnings, MethodTrial trial, Func<int, string> nameOf, bool isFailure = false)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(nameOf);
        foreach (var note in trial.Diverged.Take(1).Concat(trial.Warnings.Take(1)))
        {
            warnings.Add(
                "doubtful-trajectories",
                $"{trial.Method.Name} {trial.Method.DescribeOptions()}".TrimEnd() + $": trajectory {nameOf(note.Trajectory)}, steps {note.Steps}: {note.Text}");
        }

        if (trial.Failure is { } failure)
        {
            warnings.Add(new ResultWarning("diverged", $"Method '{trial.Method.Name}' diverged: {failure}") { IsFailure = isFailure });
        }

        if (trial.Unsound > 0)
        {
            warnings.Add(
                "unsound-stretches",
                $"Method '{trial.Method.Name}': {StretchWarnings.Of(trial.Unsound, trial.Stretches)} stretches did not converge as they should.");
        }
    }
}
