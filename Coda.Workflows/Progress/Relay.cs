namespace Coda.Workflows.Progress;

/// <summary>Passes reports on at once, on the thread that makes them.</summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="report">What to do with a report.</param>
public sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
