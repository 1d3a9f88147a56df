using Coda.Data.Foundation;
using Coda.Service.Hosting;
using Coda.Service.Metrics;
using Coda.Service.Problems;
using Coda.Service.Replies;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Coda.Tests.Service;

/// <summary>Faults just before a reply's beginning, and after it.</summary>
[TestClass]
public sealed class CutReplyTests
{
    [TestMethod]
    public async Task TimeThatIsOverAfterTheBeginningCutsTheReplyAndIsCountedAsThat()
    {
        var (context, text, log) = await Pass(new RequestFault(504, "time-over", "an answer in time", "none", "Ask for less."), hasLeft: false);
        Assert.IsTrue(context.RequestAborted.IsCancellationRequested, "The connection is cut.");
        Assert.Contains("status=\"504\"", text);
        Assert.Contains("coda_rejected_requests_total{reason=\"time-over\"} 1", text);
        Assert.Contains("as 504", log);
        Assert.DoesNotContain("exception", log, "It is no fault of the service.");
    }

    [TestMethod]
    public async Task AClientThatLeavesAfterTheBeginningIsCountedAsThat()
    {
        var (_, text, log) = await Pass(new OperationCanceledException(), hasLeft: true);
        Assert.Contains("status=\"499\"", text);
        Assert.AreEqual("", log);
    }

    [TestMethod]
    public async Task WhatTheServiceCutsWhenItsTimeToDrainIsOverIsNotCountedAsTheClients()
    {
        var readiness = new Readiness();
        readiness.CutOff();
        var (_, text, _) = await Pass(new OperationCanceledException(), hasLeft: true, readiness);
        Assert.Contains("status=\"503\"", text);
        Assert.Contains("coda_rejected_requests_total{reason=\"cut-off\"} 1", text);
    }

    [TestMethod]
    public async Task AResetThatIsReadBeforeTheRequestIsAbortedIsTheClients()
    {
        var (_, text, _) = await Pass(new Microsoft.AspNetCore.Connections.ConnectionResetException("reset"), hasLeft: false);
        Assert.Contains("status=\"499\"", text);
    }

    [TestMethod]
    public async Task AFaultOfTheServiceAfterTheBeginningIsCountedAndLogged()
    {
        var (context, text, log) = await Pass(new InvalidOperationException("a fault of its own"), hasLeft: false);
        Assert.IsTrue(context.RequestAborted.IsCancellationRequested, "The connection is cut.");
        Assert.Contains("status=\"500\"", text);
        Assert.Contains("coda_rejected_requests_total{reason=\"internal-error\"} 1", text);
        Assert.Contains("a fault of its own", log);
    }

    [TestMethod]
    public async Task TimeThatIsOverBeforeTheBeginningLeavesRoomForAProblem()
    {
        using var body = new MemoryStream();
        var response = new DefaultHttpContext { Response = { Body = body } }.Response;
        await Assert.ThrowsAsync<OperationCanceledException>(() => ReplyWriting.Json(response, new HealthReply("live"), new CancellationToken(canceled: true)));
        Assert.AreEqual(0, body.Length);
        response.ContentLength = 123_456;
        await ReplyWriting.Fault(response, new RequestFault(504, "time-over", "an answer in time", "none", "Ask for less."));
        Assert.IsNull(response.ContentLength);
        Assert.AreEqual((504, Problem.MediaType), (response.StatusCode, response.ContentType));
        Assert.Contains("time-over", System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private static async Task<(HttpContext Context, string Metrics, string Log)> Pass(Exception fault, bool hasLeft, Readiness? readiness = null)
    {
        var metrics = new ServiceMetrics();
        using var log = new StringWriter();
        using var lines = new JsonLines(log, TimeProvider.System);
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(new Begun());
        context.Features.Set<IHttpRequestLifetimeFeature>(new Connection(hasLeft));
        (context.Request.Method, context.Request.Host) = ("POST", new HostString("localhost"));
        await new RequestGate(new ServiceSettings(), metrics, readiness ?? new Readiness(), lines.CreateLogger("Coda.Service"), TimeProvider.System)
            .Pass(context, _ => Task.FromException(fault));
        return (context, await metrics.Text(), log.ToString());
    }

    private sealed class Begun : IHttpResponseFeature
    {
        public int StatusCode
        {
            get => 200;
            set => throw new InvalidOperationException("The reply has begun.");
        }

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool HasStarted => true;

        public void OnStarting(Func<object, Task> callback, object state)
        {
        }

        public void OnCompleted(Func<object, Task> callback, object state)
        {
        }
    }

    private sealed class Connection(bool hasLeft) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = new(hasLeft);

        public void Abort() => RequestAborted = new CancellationToken(canceled: true);
    }
}
