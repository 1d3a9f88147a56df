using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Demonstrating;

/// <summary>The main job from end to end on a fixed record: simulate, train, export, analyze, forecast, score.</summary>
public static class DemoWorkflow
{
    /// <summary>Runs every stage that an earlier run has not finished.</summary>
    /// <param name="job">With which settings, to where.</param>
    /// <param name="progress">Told how it gets on, and what makes results doubtful.</param>
    /// <param name="cancellation">Stops it; the same job goes on from there.</param>
    /// <exception cref="IOException">Another demo runs in the folder, or it holds files of another origin.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DemoReport Run(DemoJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = new DemoFolder(job.Folder);
        using var held = FileLock.TryTake(folder.At(".demo.lock")) ?? throw new IOException(
            $"{job.Folder}: expected no other demo in this folder, got one. Wait for it, or choose another --output.");
        folder.Prepare(job.Settings, progress);
        return new DemoPhases(job, folder, progress, cancellation).Run();
    }
}
