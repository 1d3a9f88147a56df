using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>One network, trained at 75 % missing and sigma 1, on other observing systems without retraining (Zinchenko and Greenberg, 2024, fig. 4b).</summary>
public sealed class GeneralizationStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study => new()
    {
        Name = "generalization",
        Description = "How does a network fare with other shares of missing observations and other errors than it was trained on?",
        Base = new StudyCell { Experiment = NamedExperiment.Named("lorenz96") },
        Axes =
        [
            StudyAxis.Of("observed", "test.observingNetwork.fraction", 0.5, 0.25, 0.1, 0.05),
            StudyAxis.Of("sigma", "test.sigma", 0.5, 1, 3),
        ],
    };
}
