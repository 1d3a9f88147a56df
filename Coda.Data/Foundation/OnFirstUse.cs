namespace Coda.Data.Foundation;

/// <summary>What takes a while to find, is found on first use and then kept. Safe for use from several threads.</summary>
/// <remarks>Whoever asks may stop the search; the next who asks begins it anew, where a lazy value would answer with the first one's cancellation for
/// ever.</remarks>
/// <param name="find">Finds it.</param>
public sealed class OnFirstUse<T>(Func<CancellationToken, T> find)
    where T : class
{
    private readonly Lock _finding = new();
    private volatile T? _found;

    /// <summary>What was found.</summary>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public T Get(CancellationToken cancellation = default)
    {
        if (_found is { } found)
        {
            return found;
        }

        lock (_finding)
        {
            return _found ??= find(cancellation);
        }
    }
}
