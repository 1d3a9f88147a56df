using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>A stage with its loop, which ends in a model.</summary>
internal sealed class StageRun(RolloutStage stage, string checkpoint, int? threads = 1, IProgress<string>? notices = null) : IDisposable
{
    private readonly TrainingLoop _loop = new(stage, checkpoint, threads: threads, notices: notices);

    public Action<int>? Evaluating
    {
        init => _loop.Evaluating = value;
    }

    public int Step => _loop.Step;

    public TrainedModel Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        stage.End(_loop.Run(progress, cancellation));

    public void Dispose() => _loop.Dispose();
}
