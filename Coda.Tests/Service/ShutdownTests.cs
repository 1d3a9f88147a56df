using System.Net;
using Coda.Data.Time;
using Coda.Service.Settings;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

[TestClass]
public sealed class ShutdownTests
{
    private static string Body => ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites)).ToJsonString();

    [TestMethod]
    public void WhatIsUnderWayIsAnsweredAndNothingElseIsTaken()
    {
        using var run = new ServiceRun();
        using var slow = new SlowRequest(run.Service.Address, "/v1/analyses", Body);
        run.WaitUntilUnderWay();
        var stop = run.Service.StopAsync();
        while (Accepts(run))
        {
            // It stops to listen in a moment.
        }

        Assert.IsFalse(run.Service.IsReady);
        Assert.IsFalse(stop.IsCompleted, "It waits for what is under way.");
        slow.Finish();
        Assert.StartsWith("HTTP/1.1 200", slow.Read("]]"));
        stop.GetAwaiter().GetResult();
        Assert.Contains("\"message\":\"draining 1 requests\"", run.Log.ToString());
        Assert.DoesNotContain("cut off", run.Log.ToString());
        Assert.Contains("\"message\":\"stopped\"", run.Log.ToString());
    }

    [TestMethod]
    public void WhatDoesNotEndInTimeIsCutOff()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { DrainTime = TimeSpan.FromMilliseconds(100) } });
        using var slow = new SlowRequest(run.Service.Address, "/v1/analyses", Body);
        run.WaitUntilUnderWay();
        run.Service.StopAsync().GetAwaiter().GetResult();
        Assert.Contains("cut off 1 requests", run.Log.ToString());
    }

    [TestMethod]
    public void ReadyIsToldWhileItIs()
    {
        using var run = new ServiceRun();
        Assert.AreEqual("""{"status":"live"}""", run.Get("/health/live"));
        Assert.AreEqual("""{"status":"ready"}""", run.Get("/health/ready"));
        Assert.IsTrue(run.Service.IsReady);
        var stop = run.Service.StopAsync();
        Assert.AreSame(stop, run.Service.StopAsync(), "Who stops it again waits for the same end.");
        stop.GetAwaiter().GetResult();
        Assert.IsFalse(run.Service.IsReady);
    }

    [TestMethod]
    public void APortInUseIsToldWithItsCure()
    {
        using var run = new ServiceRun();
        var fault = Assert.ThrowsExactly<IOException>(() => Coda.Service.Hosting.CodaService
            .StartAsync(run.Model, new ServiceSettings { Port = run.Service.Address.Port }, TextWriter.Null, TimeProvider.System).GetAwaiter().GetResult());
        Assert.Contains("expected a free port", fault.Message);
    }

    private static bool Accepts(ServiceRun run)
    {
        using var client = new HttpClient { BaseAddress = run.Service.Address };
        try
        {
            using var reply = client.GetAsync("/health/ready").Result;
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode, "Not ready while it drains.");
            return true;
        }
        catch (AggregateException fault) when (fault.InnerException is HttpRequestException)
        {
            return false;
        }
    }
}
