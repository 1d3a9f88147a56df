using Coda.Service.Settings;

namespace Coda.Tests.Service;

[TestClass]
public sealed class ApiKeyTests
{
    private const string Key = "a-key-of-24-characters-x";

    [TestMethod]
    public void OnlyWhoBringsTheKeyIsLetIn()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, ApiKey = Key, LogsRequests = true });
        foreach (var route in new[] { "/v1/model", "/metrics", "/openapi/v1.json", "/nothing" })
        {
            Assert.AreEqual(401, Status(run, route));
            Assert.AreEqual(401, Status(run, route, "X-API-Key", Key + "y"));
            Assert.AreEqual(401, Status(run, route, "X-API-Key", Key[..^1]));
            Assert.AreEqual(401, Status(run, route, "Authorization", $"Basic {Key}"));
            Assert.AreEqual(401, Status(run, $"{route}?X-API-Key={Key}"));
            Assert.AreEqual(route == "/nothing" ? 404 : 200, Status(run, route, "X-API-Key", Key));
            Assert.AreEqual(route == "/nothing" ? 404 : 200, Status(run, route, "Authorization", $"Bearer {Key}"));
        }

        using var reply = run.Client.PostAsync("/v1/analyses", ServiceRun.Text("{}")).Result;
        ServiceRun.Problem(reply, 401, "unauthorized");
        Assert.AreEqual("Bearer", reply.Headers.WwwAuthenticate.ToString());
        Assert.AreEqual(200, Status(run, "/health/live"));
        Assert.AreEqual(200, Status(run, "/health/ready"));
        Assert.DoesNotContain(Key, run.Log.ToString());
    }

    [TestMethod]
    [DataRow("0.0.0.0")]
    [DataRow("::")]
    [DataRow("192.0.2.1")]
    public void OtherAddressesThanLoopbackNeedAKey(string address)
    {
        var options = new ServiceSettings { Address = address };
        Assert.Contains("CODA_API_KEY", Assert.ThrowsExactly<ArgumentException>(options.Check).Message);
        (options with { ApiKey = Key }).Check();
    }

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("127.0.0.2")]
    [DataRow("::1")]
    public void LoopbackAddressesNeedNone(string address) => new ServiceSettings { Address = address }.Check();

    [TestMethod]
    [DataRow("too-short-a-key")]
    [DataRow("with a blank in the middle")]
    [DataRow("")]
    public void AKeyIsLongAndVisible(string key) => Assert.ThrowsExactly<ArgumentException>(new ServiceSettings { ApiKey = key }.Check);

    [TestMethod]
    public void AKeyMatchesItselfOnly()
    {
        var key = new ApiKey(Key);
        Assert.IsTrue(key.Matches(Key));
        foreach (var other in new[] { "", Key[1..], Key + " ", Key.ToUpperInvariant() })
        {
            Assert.IsFalse(key.Matches(other), other);
        }
    }

    private static int Status(ServiceRun run, string route, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, route);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var reply = run.Client.Send(request);
        return (int)reply.StatusCode;
    }
}
