namespace Coda.Workflows.Progress;

/// <summary>What every <see cref="IWorkflowProgress"/> can besides.</summary>
public static class WorkflowProgress
{
    /// <summary>Runs a phase of the work that makes nothing but what it writes.</summary>
    /// <param name="progress">Who is told.</param>
    /// <param name="title">What is done, in a word or two.</param>
    /// <param name="work">The work; tells where it stands.</param>
    public static void Run(this IWorkflowProgress progress, string title, Action<IProgress<PhaseState>> work)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(work);
        progress.Run(title, state =>
        {
            work(state);
            return true;
        });
    }
}
