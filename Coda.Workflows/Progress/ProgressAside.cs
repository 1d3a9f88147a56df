using Coda.Data.Foundation;

namespace Coda.Workflows.Progress;

/// <summary>The progress of a workflow inside another, whose warnings the outer one judges before anybody hears of them.</summary>
/// <param name="outer">The outer workflow's.</param>
public sealed class ProgressAside(IWorkflowProgress outer) : IWorkflowProgress
{
    /// <inheritdoc/>
    public ResultWarnings Warnings { get; } = new();

    /// <inheritdoc/>
    public void Say(string text) => outer.Say(text);

    /// <inheritdoc/>
    public T Run<T>(string title, Func<IProgress<PhaseState>, T> work) => outer.Run(title, work);
}
