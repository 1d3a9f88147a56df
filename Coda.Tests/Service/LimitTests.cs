using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Service.Batching;
using Coda.Service.Problems;
using Coda.Service.Routes;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Microsoft.AspNetCore.Http;

namespace Coda.Tests.Service;

[TestClass]
public sealed class LimitTests
{
    private const string Route = "/v1/analyses";

    private static string Body => ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites)).ToJsonString();

    [TestMethod]
    public void OneRequestTooManyIs429WithRetryAfterAndLaterOnesAreAnswered()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { Requests = 1 } });
        using (var slow = new SlowRequest(run.Service.Address, Route, Body))
        {
            run.WaitUntilUnderWay();
            using var reply = run.Client.PostAsync(Route, ServiceRun.Text(Body)).Result;
            ServiceRun.Problem(reply, 429, "too-many-requests");
            Assert.AreEqual("1", reply.Headers.RetryAfter!.ToString());
            Assert.Contains("coda_rejected_requests_total{reason=\"too-many-requests\"} 1", run.Get("/metrics"));
            slow.Finish();
            Assert.StartsWith("HTTP/1.1 200", slow.Read("]]"));
        }

        ServiceRun.Ok(run.Client.PostAsync(Route, ServiceRun.Text(Body)).Result);
    }

    [TestMethod]
    public void ABodyThatDoesNotComeIs408()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { RequestTime = TimeSpan.FromMilliseconds(300) } });
        using var slow = new SlowRequest(run.Service.Address, Route, Body);
        var reply = slow.Read("cure");
        Assert.StartsWith("HTTP/1.1 408", reply);
        Assert.Contains("urn:coda:problem:body-too-slow", reply);
    }

    [TestMethod]
    public void AClientThatLeavesHarmsNobody()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { Requests = 1 } });
        for (var i = 0; i < 3; i++)
        {
            using (var slow = new SlowRequest(run.Service.Address, Route, Body))
            {
                run.WaitUntilUnderWay();
            }

            run.WaitUntilUnderWay(requests: 0);
        }

        ServiceRun.Ok(run.Client.PostAsync(Route, ServiceRun.Text(Body)).Result);
        Assert.DoesNotContain("exception", run.Log.ToString(), "It is no fault of the service.");
    }

    [TestMethod]
    [DataRow(true, 504, "time-over")]
    [DataRow(false, 408, "body-too-slow")]
    public async Task WhatTakesTooLongIsToldByWhatTookIt(bool isRead, int status, string kind)
    {
        var readiness = new Readiness();
        readiness.Open();
        var queue = new WorkQueue(1);
        var work = new RequestWork(queue, readiness, new ServiceLimits { RequestTime = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        var fault = await Assert.ThrowsExactlyAsync<RequestFault>(() => work.Do(
            new DefaultHttpContext(),
            async cancellation =>
            {
                await (isRead ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, cancellation)); // read at once, however late it is
                return 0;
            },
            (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation)));
        Assert.AreEqual((status, $"urn:coda:problem:{kind}"), (fault.Status, fault.Problem.Type));
        Assert.AreEqual(0, queue.Admitted, "Its place is free again.");
    }

    [TestMethod]
    public async Task BeforeItIsReadyAndWhileItDrainsRequestsAre503()
    {
        var readiness = new Readiness();
        var work = new RequestWork(new WorkQueue(1), readiness, new ServiceLimits(), TimeProvider.System);
        Task Ask() => work.Do(new DefaultHttpContext(), _ => Task.FromResult(0), (_, _) => Task.CompletedTask);
        Assert.AreEqual(503, (await Assert.ThrowsExactlyAsync<RequestFault>(Ask)).Status);
        readiness.Open();
        await Ask();
        readiness.Drain();
        readiness.Open();
        Assert.AreEqual("draining", readiness.State, "What stops does not open again.");
        Assert.AreEqual(503, (await Assert.ThrowsExactlyAsync<RequestFault>(Ask)).Status);
    }

    [TestMethod]
    public void AllFaultyOptionsAreToldAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new ServiceSettings
        {
            Address = "nowhere", Port = 70000, BatchSize = 0, Workers = -1, ApiKey = "short",
            Limits = new ServiceLimits { BodyBytes = 0, Requests = 0, Steps = 0, Lead = -1, RequestTime = TimeSpan.Zero },
        }.Check());
        foreach (var name in new[] { "Address", "Port", "BatchSize", "Workers", "ApiKey", "BodyBytes", "Requests", "Steps", "Lead", "RequestTime" })
        {
            Assert.Contains($"{name}: expected", fault.Message);
        }

        Assert.DoesNotContain("short", fault.Message, "No word of the key.");
    }
}
