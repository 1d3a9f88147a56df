using Coda.Data.Foundation;

namespace Coda.Workflows.Progress;

/// <summary>Tells nobody how a workflow gets on; its warnings are collected all the same.</summary>
public sealed class SilentProgress : IWorkflowProgress
{
    /// <inheritdoc/>
    public ResultWarnings Warnings { get; } = new();

    /// <inheritdoc/>
    public void Say(string text)
    {
    }

    /// <inheritdoc/>
    public T Run<T>(string title, Func<IProgress<PhaseState>, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work(new Relay<PhaseState>(_ => { }));
    }
}
