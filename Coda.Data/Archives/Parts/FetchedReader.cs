using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Parts;

/// <summary>Reads parts that are not on this machine's disk, one after another, each while the next one is fetched. For one thread.</summary>
/// <param name="store">Where they are.</param>
/// <param name="parts">The parts, in the order of their rows.</param>
/// <param name="open">Reads one that is here.</param>
internal sealed class FetchedReader(IArchiveStore store, IReadOnlyList<Part> parts, Func<string, IColumnReader> open) : IColumnReader
{
    private readonly CancellationTokenSource _ended = new();
    private Task<FetchedPart>? _next;
    private FetchedPart? _here;
    private IColumnReader? _reader;
    private int _place = -1;

    /// <inheritdoc/>
    public int Rows => _reader?.Rows ?? 0;

    /// <inheritdoc/>
    public bool Next()
    {
        while (_reader is null || !Guard(_reader.Next))
        {
            Close();
            if (_place >= parts.Count - 1)
            {
                return false;
            }

            _place++;
            _here = (_next ?? Fetch(_place)).GetAwaiter().GetResult();
            _next = _place + 1 < parts.Count ? Fetch(_place + 1) : null;
            _reader = Guard(() => open(_here.Path));
        }

        return true;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<T> Column<T>(int index)
        where T : unmanaged => _reader!.Column<T>(index);

    /// <inheritdoc/>
    public ReadOnlySpan<float> List(int index, int row) => _reader!.List(index, row);

    /// <inheritdoc/>
    public int FirstNull(int index) => _reader!.FirstNull(index);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _ended.Cancel();
        _next?.ContinueWith(
            fetched => (fetched.Exception is null && !fetched.IsCanceled ? fetched.Result : null)?.Dispose(), // a fault that nobody waits for is seen here
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        (_next, _place) = (null, parts.Count - 1);
    }

    private Task<FetchedPart> Fetch(int place) =>
        Task.Run(() => FetchedParts.Shared.Take(store, parts[place].Name, parts[place].Checksum, _ended.Token), CancellationToken.None);

    private void Close()
    {
        _reader?.Dispose();
        _here?.Dispose();
        (_reader, _here) = (null, null);
    }

    // The file that is damaged is the one in the store.
    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArchiveFormatException fault)
        {
            throw new ArchiveFormatException(fault.Message.Replace(_here!.Path, parts[_place].Place, StringComparison.Ordinal), fault);
        }
    }
}
