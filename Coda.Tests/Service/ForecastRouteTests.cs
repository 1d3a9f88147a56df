using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Service.Bodies;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

[TestClass]
public sealed class ForecastRouteTests
{
    private const string Route = "/v1/forecasts";

    private static readonly int[] Leads = [0, 3, 20];

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
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(70)]
    public void ForecastsFromStatesHaveTheBitsOfCodaForecast(int starts)
    {
        var block = Block(starts);
        var reply = _run.Post(Route, new JsonObject { ["firstStep"] = 5, ["states"] = Array(block), ["leads"] = Array(Leads) });
        CollectionAssert.AreEqual(Leads, reply["leads"]!.AsArray().Select(l => (int)l!).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(5, starts).ToArray(), reply["forecasts"]!.AsArray().Select(f => (int)f!["step"]!).ToArray());
        CollectionAssert.AreEqual(Expected(block), Entries(reply));
        Assert.IsTrue(reply["forecasts"]!.AsArray().All(f => f!["lookAhead"] is null), "Whoever sends states knows what they have seen.");
    }

    [TestMethod]
    public void ObservationsAreAnalyzedFirstAndForecastFromTheNewestStep()
    {
        var body = Observations();
        var analyses = ServiceRun.States(_run.Post("/v1/analyses", body));
        body["leads"] = Array(Leads);
        var reply = _run.Post(Route, body);
        var newest = reply["forecasts"]!.AsArray().Single()!;
        Assert.AreEqual(39, (int)newest["step"]!);
        Assert.AreEqual(0, (int)newest["lookAhead"]!, "Nothing lies past the newest step.");
        ExampleTwins.AssertClose(Expected(new StateBlock(0, 39, ServiceRun.Sites, analyses[39])), Entries(reply), 1e-4);
    }

    [TestMethod]
    public void ForecastsStartFromTheStepsAskedFor()
    {
        var body = Observations();
        var analyses = ServiceRun.States(_run.Post("/v1/analyses", body));
        (body["leads"], body["steps"], body["every"]) = (Array(Leads), ServiceRun.Steps(10, 40), 10);
        var reply = _run.Post(Route, body);
        CollectionAssert.AreEqual(new[] { 10, 20, 30 }, reply["forecasts"]!.AsArray().Select(f => (int)f!["step"]!).ToArray());
        CollectionAssert.AreEqual(
            new[] { 3, 3, 3 }, reply["forecasts"]!.AsArray().Select(f => (int)f!["lookAhead"]!).ToArray(), "These have seen what their windows hold.");
        float[] starts = [.. analyses[10], .. analyses[20], .. analyses[30]];
        CollectionAssert.AreEqual(Expected(new StateBlock(0, 10, ServiceRun.Sites, starts)), Entries(reply));
    }

    [TestMethod]
    public void ParquetComesOutAsArchivesHaveIt()
    {
        using var folder = new TemporaryDirectory();
        var block = Block(4);
        using var request = new HttpRequestMessage(HttpMethod.Post, Route)
        {
            Content = ServiceRun.Json(new JsonObject { ["firstStep"] = 5, ["states"] = Array(block), ["leads"] = Array(Leads) }),
        };
        request.Headers.TryAddWithoutValidation("Accept", ContentTypes.Parquet);
        using var reply = _run.Client.Send(request);
        var part = folder.File("archive", "forecasts", "part-00000.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, reply.Content.ReadAsByteArrayAsync().Result);
        var description =
            ArchiveExamples.Description(ServiceRun.Sites) with { Checksums = new() { ["forecasts/part-00000.parquet"] = ModelFolder.Hash(part) } };
        CodaJson.Write(folder.File("archive", "archive.json"), description);
        using var archive = ParquetArchive.Open(folder.File("archive"));
        var forecasts = archive.ReadStates(ArchiveTable.Forecasts).ToList();
        CollectionAssert.AreEqual(Expected(block), forecasts.Values());
        CollectionAssert.AreEqual(Leads, forecasts.Where(f => f.FirstStep == 6).Select(f => f.Lead).ToArray());
    }

    [TestMethod]
    public void ObservationsInParquetAreForecastToo()
    {
        using var folder = new TemporaryDirectory();
        var twin = ExampleTwins.Lorenz96(ServiceRun.Sites, 40, trajectories: 1);
        using (var archive = ParquetArchive.Create(folder.Path, twin.Describe()))
        {
            archive.WriteObservations(twin.Observations());
        }

        var file = File.ReadAllBytes(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Single());
        var reply = ServiceRun.Ok(_run.Client.PostAsync($"{Route}?leads=0,3,20&recordStart=0&recordEnd=40", ServiceRun.Parquet(file)).Result);
        var body = ServiceRun.Rows(twin.Archive().ReadObservations(0, new StepRange(0, 40)));
        body["leads"] = Array(Leads);
        CollectionAssert.AreEqual(Entries(_run.Post(Route, body)), Entries(reply));
    }

    [TestMethod]
    public void StatesThatDivergeAreUnprocessable()
    {
        var block = new StateBlock(0, 0, ServiceRun.Sites, Enumerable.Range(0, ServiceRun.Sites).Select(i => i % 2 == 0 ? 3e18f : -1e18f).ToArray());
        var body = new JsonObject { ["states"] = Array(block), ["leads"] = Array([200]) };
        ServiceRun.Problem(_run.Client.PostAsync(Route, ServiceRun.Json(body)).Result, 422, "divergence");
        ForecastsFromStatesHaveTheBitsOfCodaForecast(2);
    }

    [TestMethod]
    [DataRow("""{"leads":[]}""", "bad-leads")]
    [DataRow("""{"leads":[3,3]}""", "bad-leads")]
    [DataRow("""{"leads":[-1]}""", "bad-leads")]
    [DataRow("""{"leads":[1001]}""", "bad-leads")]
    [DataRow("""{"leads":[1],"every":0}""", "bad-every")]
    [DataRow("""{"leads":[1],"states":[[1]]}""", "wrong-state-size")]
    [DataRow("""{"leads":[1],"states":[[1,2,3,4,5,6,7,null]]}""", "not-finite")]
    [DataRow("""{"leads":[1],"states":[]}""", "too-many-steps")]
    [DataRow("""{"leads":[1],"states":[[1,2,3,4,5,6,7,1e39]]}""", "not-finite")]
    [DataRow("""{"leads":[1],"states":[[1,2,3,4,5,6,7,8]],"rows":[]}""", "contradiction")]
    [DataRow("""{"leads":[1],"states":[[1,2,3,4,5,6,7,8]],"firstStep":9000000000000000}""", "step-too-far")]
    public void WhatCannotBeForecastIsUnprocessable(string text, string kind)
    {
        var body = JsonNode.Parse(text)!.AsObject();
        if (!body.ContainsKey("states"))
        {
            body["rows"] = Observations()["rows"]!.DeepClone();
        }

        ServiceRun.Problem(_run.Client.PostAsync(Route, ServiceRun.Json(body)).Result, 422, kind);
    }

    [TestMethod]
    [DataRow("""{"leads":null,"states":[[1,2,3,4,5,6,7,8]]}""", "leads: expected a list, got null")]
    [DataRow("""{"states":[[1,2,3,4,5,6,7,8]]}""", "leads: expected a list, got nothing")]
    public void LeadsThatAreNoneAreMalformed(string body, string got) => Assert.Contains(
        got, (string)ServiceRun.Problem(_run.Client.PostAsync(Route, ServiceRun.Text(body)).Result, 400, "malformed-body")["got"]!);

    [TestMethod]
    public void TooManyStatesInAReplyAreUnprocessable()
    {
        var body = Observations();
        (body["leads"], body["steps"]) = (Array([.. Enumerable.Range(0, 400)]), ServiceRun.Steps(0, 40));
        ServiceRun.Problem(_run.Client.PostAsync(Route, ServiceRun.Json(body)).Result, 422, "too-many-steps");
    }

    private static JsonObject Observations() =>
        ServiceRun.Rows(ExampleTwins.Lorenz96(ServiceRun.Sites, 40).Archive().ReadObservations(0, new StepRange(0, 40)));

    private static StateBlock Block(int starts) => ArchiveExamples.Block(0, 5, starts, ServiceRun.Sites);

    private static float[] Expected(StateBlock starts)
    {
        using var hybrid = new HybridModel(_run.Model);
        return Forecasts.Run(hybrid, [starts], new ForecastRequest { Leads = Leads, Workers = 1 }).Values();
    }

    private static float[] Entries(JsonNode reply) => [.. reply["forecasts"]!.AsArray().SelectMany(f => ServiceRun.States(f!)).SelectMany(s => s)];

    private static JsonArray Array(IEnumerable<int> numbers) => new([.. numbers.Select(n => (JsonNode)n)]);

    private static JsonArray Array(StateBlock block) =>
        new([.. Enumerable.Range(0, block.Count)
            .Select(row => (JsonNode)new JsonArray([.. block.States.Slice(row * block.StateSize, block.StateSize).ToArray().Select(x => (JsonNode)x)]))]);
}
