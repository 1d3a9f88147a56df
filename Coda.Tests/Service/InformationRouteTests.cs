using System.Text.Json.Nodes;
using Coda.Service.Bodies;
using Coda.Service.Replies;
using Coda.Service.Settings;

namespace Coda.Tests.Service;

[TestClass]
public sealed class InformationRouteTests
{
    private static ServiceRun _run = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _run = new ServiceRun();
    }

    [ClassCleanup]
    public static void Stop() => _run.Dispose();

    [TestMethod]
    public void TheOpenApiDocumentListsTheRoutesWithBodiesAndProblems()
    {
        var document = JsonNode.Parse(_run.Get("/openapi/v1.json"))!;
        CollectionAssert.AreEquivalent(
            new[] { "/v1/analyses", "/v1/forecasts", "/v1/impacts", "/v1/model", "/v1/streams/{name}", "/health/live", "/health/ready", "/metrics" },
            document["paths"]!.AsObject()
                .Select(p => p.Key).ToArray());
        foreach (var route in new[] { "/v1/analyses", "/v1/forecasts", "/v1/impacts", "/v1/streams/{name}" })
        {
            var operation = document["paths"]![route]!["post"]!;
            var body = operation["requestBody"]!["content"]!;
            Assert.IsNotNull(body[ContentTypes.Parquet]);
            var members = body[ContentTypes.Json]!["schema"]!["properties"]!.AsObject();
            CollectionAssert.IsSubsetOf(new[] { "entries", "rows", "firstStep", "record", "steps" }, members.Select(m => m.Key).ToArray());
            Assert.AreEqual("array", (string)members["rows"]!["items"]!["type"]!);
            Assert.Contains("null where nothing was observed", (string)members["rows"]!["description"]!);
            CollectionAssert.IsSubsetOf(
                new[] { "200", "400", "413", "415", "422", "429", "504" }, operation["responses"]!.AsObject().Select(r => r.Key).ToArray());
            Assert.IsNotNull(operation["responses"]!["422"]!["content"]!["application/problem+json"]);
        }
    }

    [TestMethod]
    public void TheModelIsToldInItsEssentials()
    {
        var model = JsonNode.Parse(_run.Get("/v1/model"))!;
        Assert.AreEqual("example", (string)model["name"]!);
        Assert.AreEqual("lorenz96", (string)model["system"]!);
        Assert.AreEqual(ServiceRun.Sites, (int)model["siteCount"]!);
        Assert.AreEqual(ServiceRun.Sites, (int)model["stateSize"]!);
        Assert.AreEqual(ServiceRun.HalfWidth, (int)model["halfWidth"]!);
        Assert.AreEqual("ring", (string)model["fields"]![0]!["grid"]!["name"]!);
        Assert.AreEqual(8.0, (double)model["parameters"]!["F"]!);
        Assert.IsFalse((bool)model["hasSpread"]!);
        Assert.AreEqual(10_000, (int)model["mostSteps"]!);
    }

    [TestMethod]
    public void FieldsAreToldWithTheirErrorsAndUnits()
    {
        var card = _run.Model.Card with { Fields = new() { ["x"] = new() { Sigma = 0.2, Unit = "K" } } };
        var reply = ModelReply.Of(card, new ServiceLimits());
        Assert.AreEqual("K", reply.Fields[0].Unit);
        Assert.AreEqual(0.2, reply.ObservedFields!["x"].Sigma);
    }

    [TestMethod]
    public void TheLogIsOneJsonObjectALine()
    {
        var lines = _run.Log.ToString().Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.HasCount(2, lines, "Quiet unless asked.");
        Assert.AreEqual(_run.Service.Address.ToString(), (string)lines[0]["address"]!);
        Assert.AreEqual("example", (string)lines[1]["model"]!);
        Assert.AreEqual(2, (int)lines[1]["workers"]!);
    }
}
