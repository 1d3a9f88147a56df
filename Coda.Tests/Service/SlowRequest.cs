using System.Net.Sockets;
using System.Text;

namespace Coda.Tests.Service;

/// <summary>A request whose body arrives when the test says so, on a connection of its own.</summary>
internal sealed class SlowRequest : IDisposable
{
    private readonly TcpClient _connection;
    private readonly byte[] _body;

    /// <summary>Sends the head and all but the last byte of the body.</summary>
    public SlowRequest(Uri address, string route, string body)
    {
        (_connection, _body) = (new TcpClient(address.Host, address.Port), Encoding.UTF8.GetBytes(body));
        Write(Encoding.ASCII.GetBytes($"POST {route} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: "
            + $"{_body.Length}\r\n\r\n"));
        Write(_body[..^1]);
    }

    /// <summary>Sends the rest.</summary>
    public void Finish() => Write(_body[^1..]);

    /// <summary>The reply's head and body, to the end of the connection or of what is expected.</summary>
    public string Read(string until)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        _connection.ReceiveTimeout = 60_000;
        while (!text.ToString().Contains(until, StringComparison.Ordinal) && _connection.GetStream().Read(buffer) is > 0 and var count)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    public void Dispose() => _connection.Dispose();

    private void Write(ReadOnlySpan<byte> bytes) => _connection.GetStream().Write(bytes);
}
