using Coda.Data.Foundation;

namespace Coda.Workflows.Progress;

/// <summary>Who is told how a workflow gets on: a command that draws bars, a log, a test, or nobody (<see cref="SilentProgress"/>).</summary>
public interface IWorkflowProgress
{
    /// <summary>What the run has to say against its own results; the workflow adds to it, the caller reads it once the run is over.</summary>
    ResultWarnings Warnings { get; }

    /// <summary>Says something on the way to the result.</summary>
    /// <param name="text">One line, perhaps with text from files in it.</param>
    void Say(string text);

    /// <summary>Runs a phase of the work.</summary>
    /// <param name="title">What is done, in a word or two.</param>
    /// <param name="work">The work; tells where it stands.</param>
    /// <typeparam name="T">What it makes.</typeparam>
    T Run<T>(string title, Func<IProgress<PhaseState>, T> work);
}
