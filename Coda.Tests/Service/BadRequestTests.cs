using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Settings;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

/// <summary>What a client may get wrong: each a problem that says expected, got and cure, after which the service answers as before.</summary>
[TestClass]
public sealed class BadRequestTests
{
    private const string Route = "/v1/analyses";

    private static ServiceRun _run = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _run = new ServiceRun(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { BodyBytes = 40_000, Steps = 100, Requests = 4 } });
    }

    [ClassCleanup]
    public static void Stop() => _run.Dispose();

    [TestCleanup]
    public void StillAnswers() => Assert.HasCount(10, ServiceRun.States(_run.Post(Route, Good())));

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("{}x")]
    [DataRow("""{"rows":[[NaN,1]]}""")]
    [DataRow("""{"rows":[["1",1]]}""")]
    [DataRow("""{"rows":[[1e400]]}extra""")]
    [DataRow("""{"rows":3}""")]
    [DataRow("""{"rows":[null]}""")]
    [DataRow("""{"rows":[[1,[2]]]}""")]
    [DataRow("""{"rows":[[1,2]""")]
    [DataRow("""{"rows":[],"rows":[]}""")]
    [DataRow("""{"entries":[null]}""")]
    [DataRow("""{"entries":[{"step":0,"site":1}]}""")]
    [DataRow("""{"entries":[{"step":0.5,"site":1,"value":1}]}""")]
    [DataRow("""{"entries":[{"step":99999999999999999999,"site":1,"value":1}]}""")]
    [DataRow("""{"observations":[]}""")]
    public void AMalformedBodyIs400(string body) => Expect(body, 400, "malformed-body");

    [TestMethod]
    public void AMalformedBodyIsToldWithItsPlace() =>
        Assert.Contains("another: line 1, byte 19: expected JSON, got NaN]]}", (string)Expect("""{"rows":[[1,2],[1,NaN]]}""", 400, "malformed-body")["got"]!);

    [TestMethod]
    [DataRow("""{"observations":[]}""", "another: observations: expected a known member (known: entries, rows, firstStep, siteNames, record, sigma, steps, timeOrigin), got an unknown one")]
    [DataRow("""{"rows":[],"rows":[]}""", "rows: expected one value, got a second one")]
    [DataRow("""{"entries":[{"step":0,"site":1}]}""", "entries[0].value: expected a finite number, got nothing")]
    [DataRow("""{"entries":[{"step":0.5,"site":1,"value":1}]}""", "entries[0].step: expected a whole number in [-9223372036854775808, 9223372036854775807], got 0.5")]
    [DataRow("""{"entries":3}""", "another: entries: expected a list, got 3")]
    public void WhatIsWrongWithJsonIsToldInWordsOfTheRoute(string body, string got) =>
        Assert.Contains(got, (string)Expect(body, 400, "malformed-body")["got"]!);

    [TestMethod]
    public void DamagedJsonIsToldInWordsForWhoeverSentIt()
    {
        var (good, entries) = (Good().ToJsonString(), ServiceRun.Entries(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites)).ToJsonString());
        for (var seed = 0UL; seed < 60; seed++)
        {
            using var content = JsonBytes(Cli.Mutation.OfJson(seed % 2 == 0 ? good : entries, seed));
            using var reply = _run.Client.PostAsync(Route, content).Result;
            var text = reply.Content.ReadAsStringAsync().Result;
            CollectionAssert.Contains(new[] { 200, 400, 422 }, (int)reply.StatusCode, $"seed {seed}: {text}");
            foreach (var word in new[] { "System.", "BytePosition", ".NET", "Exception", "could not be", "StartObject", "StartArray" })
            {
                Assert.IsFalse(reply.StatusCode != System.Net.HttpStatusCode.OK && text.Contains(word, StringComparison.Ordinal), $"seed {seed}: {text}");
            }
        }
    }

    [TestMethod]
    [DataRow("{\"*\":1}")]
    [DataRow("{\"rows\":*}")]
    [DataRow("{\"record\":{\"*\":1}}")]
    public void WhatWasSentIsNotToldAtLength(string body)
    {
        var problem = Expect(body.Replace("*", new string('y', 30_000), StringComparison.Ordinal), 400, "malformed-body");
        Assert.IsLessThanOrEqualTo(RequestFault.LongestGot, ((string)problem["got"]!).Length);
        Assert.IsLessThan(2_000, problem.ToJsonString().Length);
    }

    [TestMethod]
    public void TextIsShortenedWithoutHalfACharacter()
    {
        Assert.AreEqual("abc", RequestFault.Shorten("abc", 3));
        Assert.AreEqual("ab...", RequestFault.Shorten("abcdef", 5));
        Assert.AreEqual("a...", RequestFault.Shorten("a\U0001F600cdef", 5));
    }

    [TestMethod]
    [DataRow("""{}""", "no-observations", "neither")]
    [DataRow("""{"rows":[],"entries":[]}""", "no-observations", "both")]
    [DataRow("""{"entries":[]}""", "no-observations", "none")]
    [DataRow("""{"rows":[]}""", "record-too-short", "0")]
    [DataRow("""{"entries":[{"step":0,"site":0,"value":1},{"step":2,"site":0,"value":1}]}""", "record-too-short", "3")]
    [DataRow("""{"entries":[{"step":0,"site":8,"value":1},{"step":9,"site":0,"value":1}]}""", "unknown-site", "site 8")]
    [DataRow("""{"entries":[{"step":0,"site":-1,"value":1},{"step":9,"site":0,"value":1}]}""", "unknown-site", "site -1")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1},{"step":0,"site":3,"value":1},{"step":9,"site":0,"value":1}]}""", "duplicate-entry", "entries[1]")]
    [DataRow("""{"entries":[{"step":9,"site":3,"value":1},{"step":0,"site":3,"value":1}]}""", "steps-out-of-order", "step 0")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1e39},{"step":9,"site":3,"value":1}]}""", "not-finite", "")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1},{"step":100,"site":3,"value":1}]}""", "too-many-steps", "101")]
    [DataRow("""{"entries":[{"step":-9223372036854775808,"site":3,"value":1},{"step":9223372036854775807,"site":3,"value":1}]}""", "step-too-far", "")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1}],"record":{"start":1,"end":9}}""", "step-outside-record", "step 0")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1}],"record":{"start":9,"end":1}}""", "record-too-short", "0")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1}],"record":{"start":-9223372036854775808,"end":9223372036854775807}}""", "step-too-far", "")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":1}],"firstStep":0}""", "contradiction", "")]
    [DataRow("""{"rows":[[1]],"record":{"start":0,"end":9}}""", "contradiction", "")]
    [DataRow("""{"rows":[[],[],[],[]],"firstStep":9223372036854775807}""", "step-too-far", "")]
    [DataRow("""{"rows":[[1,2],[],[],[]]}""", "wrong-site-count", "2")]
    [DataRow("""{"rows":[[1,2,3,4,5,6,7,1e39],[],[],[]]}""", "not-finite", "")]
    [DataRow("""{"rows":[[1,2,3,4,5,6,7,-9999],[],[],[]]}""", "implausible-value", "-9999")]
    [DataRow("""{"entries":[{"step":0,"site":3,"value":9.96921e36},{"step":9,"site":0,"value":1}]}""", "implausible-value", "9.96920997E+36")]
    public void WhatCannotBeAnalyzedIs422(string body, string kind, string got) => Assert.Contains(got, (string)Expect(body, 422, kind)["got"]!);

    [TestMethod]
    [DataRow(0, 11)]
    [DataRow(-1, 5)]
    [DataRow(5, 5)]
    [DataRow(7, 3)]
    public void StepsOutsideTheRecordAre422(int start, int end)
    {
        var body = Good();
        body["steps"] = ServiceRun.Steps(start, end);
        Expect(body.ToJsonString(), 422, "steps-outside-record");
    }

    [TestMethod]
    [DataRow("text/plain")]
    [DataRow("application/xml")]
    [DataRow("application/json; charset=utf-16")]
    [DataRow("nonsense")]
    [DataRow("")]
    public void AnUnknownMediaTypeIs415(string type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 415, "unsupported-media-type");
    }

    [TestMethod]
    public void ACompressedBodyIs415()
    {
        using var content = ServiceRun.Json(Good());
        content.Headers.ContentEncoding.Add("gzip");
        ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 415, "unsupported-encoding");
    }

    [TestMethod]
    public void AReplyThatCannotBeGivenIs406()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = ServiceRun.Json(Good()) };
        request.Headers.TryAddWithoutValidation("Accept", "text/csv");
        ServiceRun.Problem(_run.Client.Send(request), 406, "not-acceptable");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ABodyBeyondTheLimitIs413(bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = ServiceRun.Text(new string(' ', 40_001)) };
        request.Headers.TransferEncodingChunked = isChunked;
        using var reply = _run.Client.Send(request);
        Assert.Contains("40000 bytes", (string)ServiceRun.Problem(reply, 413, "body-too-large")["expected"]!);
    }

    [TestMethod]
    [DataRow("GET", "/index.html", 404, "not-found")]
    [DataRow("GET", "/page/other.js", 404, "not-found")]
    [DataRow("POST", "/", 405, "method-not-allowed")]
    [DataRow("GET", "/v1/analyses/1", 404, "not-found")]
    [DataRow("GET", "/openapi/v2.json", 404, "not-found")]
    [DataRow("GET", Route, 405, "method-not-allowed")]
    [DataRow("POST", "/metrics", 405, "method-not-allowed")]
    public void AnUnknownRouteOrMethodIsTold(string method, string path, int status, string kind)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        ServiceRun.Problem(_run.Client.Send(request), status, kind);
    }

    [TestMethod]
    [DataRow("?start=0", 422, "half-a-range")]
    [DataRow("?start=0&end=99", 422, "steps-outside-record")]
    [DataRow("?start=zero&end=9", 400, "bad-request")]
    public void AWrongQueryBesideParquetIsTold(string query, int status, string kind)
    {
        using var content = ServiceRun.Parquet(Observations(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites)));
        ServiceRun.Problem(_run.Client.PostAsync(Route + query, content).Result, status, kind);
    }

    [TestMethod]
    public void AQueryBesideJsonIs422() =>
        ServiceRun.Problem(_run.Client.PostAsync(Route + "?start=0&end=3", ServiceRun.Json(Good())).Result, 422, "unexpected-query");

    [TestMethod]
    public void AFileThatIsNoParquetIs400()
    {
        foreach (var body in new[] { [], "no Parquet"u8.ToArray(), Observations(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites))[..^20] })
        {
            using var content = ServiceRun.Parquet(body);
            ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 400, "malformed-body");
        }
    }

    [TestMethod]
    public void ParquetOfOtherColumnsIs400()
    {
        using var folder = new TemporaryDirectory();
        NumberTable.Write(folder.File("t"), ["step", "value"], [[0, 1]]);
        using var content = ServiceRun.Parquet(File.ReadAllBytes(folder.File("t")));
        var problem = ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 400, "malformed-body");
        Assert.Contains("column 'step': expected INTEGER or BIGINT, got FLOAT", (string)problem["got"]!);
    }

    [TestMethod]
    public void ParquetOfTwoTrajectoriesIs422()
    {
        using var folder = new TemporaryDirectory();
        using (var archive = ParquetArchive.Create(folder.Path, ArchiveExamples.Description(ServiceRun.Sites, 10, trajectories: 2)))
        {
            archive.WriteObservations(ArchiveExamples.Stretches(archive.Description));
        }

        using var content = ServiceRun.Parquet(File.ReadAllBytes(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Single()));
        ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 422, "many-trajectories");
    }

    private static ByteArrayContent JsonBytes(byte[] body) => new(body) { Headers = { ContentType = new("application/json") } };

    private static JsonObject Good() => ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites));

    private static byte[] Observations(ObservationStretch stretch)
    {
        using var folder = new TemporaryDirectory();
        using (var archive = ParquetArchive.Create(folder.Path, ArchiveExamples.Description(ServiceRun.Sites, stretch.Steps.Count)))
        {
            archive.WriteObservations([stretch]);
        }

        return File.ReadAllBytes(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Single());
    }

    private static JsonNode Expect(string body, int status, string kind)
    {
        using var content = ServiceRun.Text(body);
        return ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, status, kind);
    }

    [TestMethod]
    public void NamesOfSitesMustBeTheModels()
    {
        var body = Good();
        body["siteNames"] = new JsonArray([.. Enumerable.Range(0, ServiceRun.Sites).Select(i => (JsonNode)$"x[{i}]")]);
        _run.Post(Route, body);
        body["siteNames"] = new JsonArray([.. Enumerable.Range(0, ServiceRun.Sites).Select(i => (JsonNode)$"x[{(i + 1) % ServiceRun.Sites}]")]);
        Assert.Contains("the same names in another order", (string)Expect(body.ToJsonString(), 422, "other-sites")["got"]!);
        body["siteNames"] = new JsonArray("x[0]");
        Expect(body.ToJsonString(), 422, "other-sites");
    }

    [TestMethod]
    public void APartOfAnArchiveBringsTheNamesOfItsSites()
    {
        using var folder = new TemporaryDirectory();
        var twin = Inference.ExampleTwins.Lorenz96(ServiceRun.Sites, 20);
        string[] names = [.. Enumerable.Range(0, ServiceRun.Sites).Select(i => $"x[{(i + 1) % ServiceRun.Sites}]")];
        foreach (var (name, description) in new[] { ("own", twin.Describe()), ("shifted", twin.Describe() with { SiteNames = names }) })
        {
            using (var archive = ParquetArchive.Create(folder.File(name), description with { TrajectoryCount = 1 }))
            {
                archive.WriteObservations(twin.Observations().TakeWhile(stretch => stretch.Trajectory == 0));
            }

            using var content = new ByteArrayContent(File.ReadAllBytes(
                Directory.GetFiles(folder.File(name), "*.parquet", SearchOption.AllDirectories).Single()));
            content.Headers.ContentType = new(ContentTypes.Parquet);
            using var response = _run.Client.PostAsync(new Uri(Route, UriKind.Relative), content).Result;
            Assert.AreEqual(name == "own" ? 200 : 422, (int)response.StatusCode, response.Content.ReadAsStringAsync().Result);
        }
    }
}
