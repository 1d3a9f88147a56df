using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>Window, rollout and weight of the consistency term (Zinchenko and Greenberg, 2024, fig. 4a).</summary>
public sealed class WindowStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study => new()
    {
        Name = "window",
        Description = "How long a window, how long a rollout, and how much consistency between analyses?",
        Base = new StudyCell { Experiment = NamedExperiment.Named("lorenz96") with { Steps = 3000 } },
        Axes =
        [
            StudyAxis.Of("window", "experiment.network.halfWidth", 10, 25, 50),
            StudyAxis.Of("rollout", "experiment.rolloutLength", 1, 10, 25, 50),
            StudyAxis.Of("alpha", "experiment.loss.consistency.alpha", 0, 0.5, 1),
        ],
    };
}
