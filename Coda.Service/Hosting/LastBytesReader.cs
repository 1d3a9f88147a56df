using System.Buffers;
using System.IO.Pipelines;

namespace Coda.Service.Hosting;

/// <summary>Bytes of a connection whose end is told after the last of them were taken, not with them.</summary>
/// <remarks>The server takes bytes that come with the end of what a client sends for those of a client that has left, even where a request is whole.</remarks>
/// <param name="inner">The bytes.</param>
internal sealed class LastBytesReader(PipeReader inner) : PipeReader
{
    private SequencePosition _end;
    private bool _wantsMore; // than the bytes that were there, all of which were looked at

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Told(await inner.ReadAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        var isThere = inner.TryRead(out result);
        result = isThere ? Told(result) : result;
        return isThere;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _wantsMore = examined.Equals(_end) && !consumed.Equals(_end);
        inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Told(ReadResult result)
    {
        _end = result.Buffer.End;
        return result.IsCompleted && !result.Buffer.IsEmpty && !_wantsMore ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false) : result;
    }
}
