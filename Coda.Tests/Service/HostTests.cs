using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

/// <summary>What a page of another site may ask whose name stands for this machine.</summary>
[TestClass]
public sealed class HostTests
{
    private const string Key = "a-key-of-24-characters-x";

    [TestMethod]
    public void WithoutAKeyOnlyLocalNamesAreAnswered()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1 });
        foreach (var host in new[] { "localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:80", "[::1]:5055" })
        {
            using var reply = run.Client.Send(Get("/v1/model", host));
            Assert.AreEqual(200, (int)reply.StatusCode, host);
        }

        foreach (var host in new[] { "example.org", "127.0.0.1.example.org", "localhost.example.org:5055", "192.0.2.1", "[2001:db8::1]" })
        {
            using var reply = run.Client.Send(Get("/v1/model", host));
            ServiceRun.Problem(reply, 421, "misdirected-request");
            using var health = run.Client.Send(Get("/health/ready", host));
            Assert.AreEqual(200, (int)health.StatusCode, host);
        }

        using var post =
            new HttpRequestMessage(
                HttpMethod.Post, "/v1/analyses") { Content =
                ServiceRun.Json(ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites))) };
        post.Headers.Host = "example.org";
        ServiceRun.Problem(run.Client.Send(post), 421, "misdirected-request");
    }

    [TestMethod]
    public async Task AModelThatAnalyzesNothingByItselfIsRefusedBeforeAnythingListens()
    {
        using var folder = new TemporaryDirectory();
        LatentExamples.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var fault = await Assert.ThrowsExactlyAsync<ModelMismatchException>(
            () => CodaService.StartAsync(model, new ServiceSettings { Port = 0, Workers = 1 }, TextWriter.Null, TimeProvider.System));
        StringAssert.Contains(fault.Message, "expected graphs for");
    }

    [TestMethod]
    public void WithAKeyTheKeyDecides()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, ApiKey = Key });
        using var without = run.Client.Send(Get("/v1/model", "example.org"));
        Assert.AreEqual(401, (int)without.StatusCode);
        using var request = Get("/v1/model", "example.org");
        request.Headers.Add("X-API-Key", Key);
        using var with = run.Client.Send(request);
        Assert.AreEqual(200, (int)with.StatusCode);
    }

    private static HttpRequestMessage Get(string route, string host) => new(HttpMethod.Get, route) { Headers = { Host = host } };
}
