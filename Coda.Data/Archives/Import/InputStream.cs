using System.Runtime.ExceptionServices;

namespace Coda.Data.Archives.Import;

/// <summary>A file that is read once from its start: a plain file, or a pipe, where waiting for the other side can be stopped.</summary>
internal sealed class InputStream : Stream
{
    private const int MarkLength = 4;
    private readonly FileStream _file;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _mark;
    private int _given; // of the mark

    /// <summary>Opens a file and reads its first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public InputStream(string path, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _file = Wait(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan));
        try
        {
            IsFile = _file.CanSeek;
            var mark = new byte[MarkLength];
            _mark = mark[..ReadAll(mark)];
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The first four bytes, or as many as there are; they will be read too.</summary>
    public ReadOnlySpan<byte> Mark => _mark;

    /// <summary>Whether it is a file rather than a pipe, so that others may open it too.</summary>
    public bool IsFile { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_given < _mark.Length)
        {
            var given = Math.Min(count, _mark.Length - _given);
            _mark.AsSpan(_given, given).CopyTo(buffer.AsSpan(offset));
            _given += given;
            return given;
        }

        return ReadSome(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var copy = new byte[buffer.Length];
        var count = Read(copy, 0, copy.Length);
        copy.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadAll(byte[] buffer)
    {
        var count = 0;
        while (count < buffer.Length && ReadSome(buffer, count, buffer.Length - count) is > 0 and var got)
        {
            count += got;
        }

        return count;
    }

    private int ReadSome(byte[] buffer, int offset, int count) => IsFile ? _file.Read(buffer, offset, count) : Wait(() => _file.Read(buffer, offset, count));

    // Opening and reading a pipe wait for the other side and cannot be interrupted; the thread that waits is left to itself.
    private T Wait<T>(Func<T> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            task.Wait(_cancellation);
        }
        catch (AggregateException fault)
        {
            ExceptionDispatchInfo.Throw(fault.InnerException!);
        }

        return task.Result;
    }
}
