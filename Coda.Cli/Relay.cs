namespace Coda.Cli;

/// <summary>Passes reports on at once, on the thread that makes them.</summary>
/// <param name="report">What to do with a report.</param>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
