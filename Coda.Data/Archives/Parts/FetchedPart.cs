namespace Coda.Data.Archives.Parts;

/// <summary>A part on this machine's disk, as long as it is not disposed.</summary>
/// <param name="path">The file.</param>
/// <param name="release">Lets it go.</param>
internal sealed class FetchedPart(string path, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
