using System.Net.Sockets;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

/// <summary>Requests byte by byte, on connections that end in one way or another.</summary>
[TestClass]
public sealed class ConnectionTests
{
    private static ServiceRun _run = null!;

    private static string Body => ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites)).ToJsonString();

    [ClassInitialize]
    public static void Start(TestContext _) => _run = new ServiceRun();

    [ClassCleanup]
    public static void Stop() => _run.Dispose();

    [TestMethod]
    [DataRow("FFFFFFFFFFFFFFFF")]
    [DataRow("80000000")]
    [DataRow("FFFFFFFF")]
    [DataRow("xyz")]
    [DataRow("-1")]
    public void AChunkSizeThatIsNoneIsTheClientsFault(string size)
    {
        var reply = Exchange(connection => Send(connection, Head("/v1/analyses", "Transfer-Encoding: chunked") + $"{size}\r\n{{\r\n"));
        Assert.StartsWith("HTTP/1.1 400", reply);
        Assert.Contains("urn:coda:problem:bad-request", reply);
    }

    [TestMethod]
    public void AClientThatHasSentAllAndSaysSoGetsItsReply()
    {
        var reply = Exchange(connection =>
        {
            Send(connection, Head("/v1/analyses", $"Content-Length: {Body.Length}") + Body);
            connection.Client.Shutdown(SocketShutdown.Send);
        });
        Assert.StartsWith("HTTP/1.1 200", reply);
        Assert.Contains("\"states\":", reply);
    }

    [TestMethod]
    public void AClientThatEndsInTheMiddleOfItsBodyHasLeft()
    {
        var before = Closed();
        var reply = Exchange(connection =>
        {
            Send(connection, Head("/v1/analyses", $"Content-Length: {Body.Length}") + Body[..^5]);
            connection.Client.Shutdown(SocketShutdown.Send);
        });
        Assert.AreEqual("", reply);
        Assert.IsTrue(SpinWait.SpinUntil(() => Closed() > before, TimeSpan.FromSeconds(20)), _run.Get("/metrics"));
    }

    [TestMethod]
    public void AConnectionThatIsResetFreesItsPlaceAndIsCountedOnce()
    {
        var before = Closed();
        using (var connection = new TcpClient(_run.Service.Address.Host, _run.Service.Address.Port))
        {
            Send(connection, Head("/v1/analyses", $"Content-Length: {Body.Length}") + Body[..^5]);
            _run.WaitUntilUnderWay();
            Reset(connection);
        }

        _run.WaitUntilUnderWay(0);
        Assert.IsTrue(SpinWait.SpinUntil(() => Closed() > before, TimeSpan.FromSeconds(20)), _run.Get("/metrics"));
    }

    [TestMethod]
    public void AClientThatLeavesInTheMiddleOfItsReplyIsCountedAsThat()
    {
        var before = Closed();
        var body = $$"""{"states":[{{string.Join(',', Enumerable.Repeat("[1,2,3,4,5,6,7,8]", 1000))}}],"leads":[{{string.Join(',', Enumerable.Range(0, 10))}}]}""";
        using (var connection = new TcpClient(_run.Service.Address.Host, _run.Service.Address.Port))
        {
            connection.Client.ReceiveBufferSize = 4096;
            Send(connection, Head("/v1/forecasts", $"Content-Length: {body.Length}") + body);
            Assert.IsGreaterThan(0, connection.GetStream().Read(new byte[1000]));
            Reset(connection);
        }

        Assert.IsTrue(SpinWait.SpinUntil(() => Closed() > before, TimeSpan.FromSeconds(20)), _run.Get("/metrics"));
        Assert.DoesNotContain("""route="/v1/forecasts",status="200"}""", _run.Get("/metrics"));
    }

    [TestMethod]
    [DataRow("/v1/analyses?begin=0", "start, end, recordStart, recordEnd", "'begin'")]
    [DataRow("/v1/forecasts?leads=1&evry=2", "leads, start, end, every, recordStart, recordEnd", "'evry'")]
    public void AnUnknownQueryParameterIsRefusedWithTheNamesThatAreKnown(string route, string known, string got)
    {
        var problem = ServiceRun.Problem(_run.Client.PostAsync(route, ServiceRun.Text(Body)).Result, 400, "unknown-query-parameter");
        Assert.Contains(known, (string)problem["expected"]!);
        Assert.Contains(got, (string)problem["got"]!);
    }

    [TestMethod]
    public void RoutesWithoutAQueryTakeNoneButProbesOfHealthTakeAny()
    {
        ServiceRun.Problem(_run.Client.GetAsync("/v1/model?x=1").Result, 400, "unknown-query-parameter");
        Assert.Contains("live", _run.Get("/health/live?probe=1"));
    }

    private static int Closed() =>
        _run.Get("/metrics").Split('\n').FirstOrDefault(line => line.Contains("closed-by-client", StringComparison.Ordinal)) is { } line
        ? int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    private static string Head(string route, string header) =>
        $"POST {route} HTTP/1.1\r\nHost: {_run.Service.Address.Authority}\r\nConnection: close\r\nContent-Type: application/json\r\n{header}\r\n\r\n";

    private static void Send(TcpClient connection, string text) => connection.GetStream().Write(Encoding.ASCII.GetBytes(text));

    private static void Reset(TcpClient connection)
    {
        connection.Client.LingerState = new LingerOption(true, 0);
        connection.Client.Close();
    }

    private static string Exchange(Action<TcpClient> send)
    {
        using var connection = new TcpClient(_run.Service.Address.Host, _run.Service.Address.Port);
        connection.ReceiveTimeout = 60_000;
        var stream = connection.GetStream();
        send(connection);
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (stream.Read(buffer) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // Cut; what came before it counts.
        }

        return text.ToString();
    }
}
