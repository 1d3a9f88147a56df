using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Coda.Service.Hosting;

/// <summary>A connection whose client may say that it will send nothing more and still wait for its reply, as TCP has it.</summary>
/// <remarks>
/// The server takes the end of what a client sends for the end of the connection, and drops the request under way. Here only a connection that is broken counts
/// as ended: one that takes no bytes any more. A request whose body did not come whole is refused by whoever reads it.
/// </remarks>
internal sealed class HalfOpenConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Wraps a connection.</summary>
    /// <param name="inner">The connection as the server knows it.</param>
    public HalfOpenConnection(ConnectionContext inner)
    {
        (_inner, ConnectionClosed, Transport) = (inner, _closed.Token, new Pipes(new LastBytesReader(inner.Transport.Input), inner.Transport.Output));
        inner.ConnectionClosed.Register(() =>
        {
            if (!TakesBytes())
            {
                _closed.Cancel();
            }
        });
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features => _inner.Features;

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _closed.Cancel();
        _inner.Abort(abortReason);
    }

    // Sending nothing succeeds where the client has closed its side only, and fails where the connection is reset.
    private bool TakesBytes()
    {
        try
        {
            if (_inner.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            {
                return false;
            }

            socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out var error);
            return error is not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected);
        }
        catch (ObjectDisposedException)
        {
            return false; // by the server, which has ended it
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
