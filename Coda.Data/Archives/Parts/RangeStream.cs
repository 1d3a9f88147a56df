using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Parts;

/// <summary>A stored file as a stream that is read in ranges, as little as is asked for. For one thread.</summary>
/// <param name="store">Where the file is.</param>
/// <param name="file">The file.</param>
internal sealed class RangeStream(IArchiveStore store, StoredFile file) : Stream
{
    // Holds the footer of a part of some hundred row groups.
    private const int Piece = 1 << 16;

    private byte[] _buffer = [];
    private long _start;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        if (Position < _start || Position >= _start + _buffer.Length)
        {
            Fill();
        }

        var from = (int)(Position - _start);
        var count = Math.Min(buffer.Length, _buffer.Length - from);
        _buffer.AsSpan(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // What is read near the end is read on to the end, and from somewhat before it.
    private void Fill()
    {
        var start = Math.Max(0, Math.Min(Position, Length - Piece));
        var buffer = new byte[(int)Math.Min(Piece, Length - start)];
        if (store.Read(file.Name, start, buffer) < buffer.Length)
        {
            throw new StoreException($"{store.PlaceOf(file.Name)}: expected {file.Length} bytes, as were there when it was found, got fewer. Open it again.");
        }

        (_buffer, _start) = (buffer, start);
    }
}
