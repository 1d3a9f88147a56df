using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>The rollout's end compared with the analysis of its own step (0), or of the step after (1) as in the published code, which biases F.</summary>
public sealed class AlignmentStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study => new()
    {
        Name = "alignment",
        Description = "Where does the published bias of the forcing come from?",
        Base = new ParameterStudy().Study.Base with { Refine = 0 },
        Axes = [StudyAxis.Of("offset", "experiment.loss.consistency.laterOffset", 0, 1)],
    };
}
