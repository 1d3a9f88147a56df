using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Tests.Workflows;

/// <summary>Keeps what a workflow tells.</summary>
internal sealed class RecordingProgress : IWorkflowProgress
{
    private readonly Lock _adding = new();
    private readonly List<PhaseState> _states = [];

    public ResultWarnings Warnings { get; } = new();

    public List<string> Said { get; } = [];

    public List<string> Stages { get; } = [];

    public IReadOnlyList<PhaseState> States
    {
        get
        {
            lock (_adding)
            {
                return [.. _states];
            }
        }
    }

    public void Say(string text) => Said.Add(text);

    public T Run<T>(string title, Func<IProgress<PhaseState>, T> work)
    {
        Stages.Add(title);
        return work(new Relay<PhaseState>(state =>
        {
            lock (_adding)
            {
                _states.Add(state);
            }
        }));
    }
}
