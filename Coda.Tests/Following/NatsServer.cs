using Coda.Benchmarks.Following;
using Coda.Tests.Archives;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Coda.Tests.Following;

/// <summary>A server of streams on this machine, of a test's own, with one stream.</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly StreamServer _server;

    public NatsServer(params string[] more)
    {
        if (!StreamServer.IsThere)
        {
            _folder.Dispose();
            Assert.Inconclusive(
                $"{StreamServer.Program} is not on the PATH (Debian: nats-server). Run as root: apt-get install -y --no-install-recommends nats-server");
        }

        _server = new(_folder.Path, more);
    }

    public string Address(string subject = "obs.>", string query = "") => $"nats://127.0.0.1:{_server.Port}/OBS/{subject}{query}";

    /// <summary>Makes the stream, and sends messages.</summary>
    public void Send(IEnumerable<string> messages, StreamConfigRetention retention = StreamConfigRetention.Limits) => With(async js =>
    {
        await js.CreateOrUpdateStreamAsync(new StreamConfig("OBS", ["obs.>"]) { Retention = retention });
        foreach (var message in messages)
        {
            (await js.PublishAsync("obs.buoys", message)).EnsureSuccess();
        }
    });

    public StreamInfo Stream()
    {
        StreamInfo? info = null;
        With(async js => info = (await js.GetStreamAsync("OBS")).Info);
        return info!;
    }

    public void With(Func<NatsJSContext, Task> use) => Task.Run(async () =>
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{_server.Port}" });
        await use(new NatsJSContext(connection));
    }).GetAwaiter().GetResult();

    public void Kill() => _server.Kill();

    public void StartAgain() => _server.StartAgain();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }
}
