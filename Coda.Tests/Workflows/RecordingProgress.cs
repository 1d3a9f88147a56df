using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Tests.Workflows;

/// <summary>Keeps what a workflow tells.</summary>
internal sealed class RecordingProgress : IWorkflowProgress
{
    private readonly Lock _adding = new();
    private readonly List<StageState> _states = [];

    public RunWarnings Warnings { get; } = new();

    public List<string> Said { get; } = [];

    public List<string> Stages { get; } = [];

    public IReadOnlyList<StageState> States
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

    public T Run<T>(string title, Func<IProgress<StageState>, T> work)
    {
        Stages.Add(title);
        return work(new Relay<StageState>(state =>
        {
            lock (_adding)
            {
                _states.Add(state);
            }
        }));
    }
}
