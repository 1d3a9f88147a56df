namespace Coda.Training.Optimization;

/// <summary>Keeps the course of a run, which does not depend on it.</summary>
public interface ITrainingRecorder
{
    /// <summary>Whether the figures of a step are wanted; those of the last one are told in any case.</summary>
    /// <param name="step">The number of steps done, at least 1.</param>
    bool Takes(int step);

    /// <summary>Takes the figures of a step; on the thread that trains, which waits.</summary>
    /// <param name="figures">The figures.</param>
    void Take(TrainingFigures figures);

    /// <summary>Keeps what was taken, before the checkpoint of the same step is written.</summary>
    void Save();
}
