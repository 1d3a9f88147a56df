using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Service.Bodies;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

[TestClass]
public sealed class AnalysisRouteTests
{
    private const string Route = "/v1/analyses";

    [TestMethod]
    [DataRow(true, 150, "stretch")]
    [DataRow(true, 70, "stretch")]
    [DataRow(true, 40, "stretch")]
    [DataRow(true, 5, "stretch")]
    [DataRow(false, 70, "window")]
    public void AWholeRecordHasTheBitsOfCodaAnalyze(bool hasStretch, int steps, string form)
    {
        using var run = new ServiceRun(hasStretch: hasStretch);
        using var folder = new TemporaryDirectory();
        var twin = ExampleTwins.Lorenz96(ServiceRun.Sites, steps);
        using (var archive = ParquetArchive.Create(folder.File("archive"), twin.Describe()))
        {
            archive.WriteObservations(twin.Observations());
        }

        CommandRun.InProcess("analyze", "--archive", folder.File("archive"), "--model", run.ModelFolder).Succeeded();
        using var analyzed = ParquetArchive.Open(folder.File("archive"));
        for (var trajectory = 0; trajectory < 2; trajectory++)
        {
            var expected = analyzed.ReadStates(ArchiveTable.Analyses, trajectory).Values();
            var observations = analyzed.ReadObservations(trajectory, analyzed.Description.Steps);
            foreach (var body in new[] { ServiceRun.Rows(observations), ServiceRun.Entries(observations) })
            {
                var reply = run.Post(Route, body);
                Assert.AreEqual(form, (string)reply["form"]!);
                Assert.AreEqual("example", (string)reply["model"]!);
                Assert.AreEqual(0, (long)reply["firstStep"]!);
                CollectionAssert.AreEqual(expected, ServiceRun.States(reply).SelectMany(s => s).ToArray());
            }
        }
    }

    [TestMethod]
    public void AFewStepsHaveTheBitsOfTheWindowForm()
    {
        using var run = new ServiceRun();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 60).Archive();
        var method = new NetworkMethod(new AnalysisContext(archive, run.Model), new() { Form = NetworkForm.Window });
        var expected = method.Analyze(archive, new AnalysisRequest { Trajectories = [0], Steps = new StepRange(13, 18) }).Values();
        var body = ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps));
        body["steps"] = ServiceRun.Steps(13, 18);
        var reply = run.Post(Route, body);
        Assert.AreEqual("window", (string)reply["form"]!);
        Assert.AreEqual(13, (long)reply["firstStep"]!);
        CollectionAssert.AreEqual(expected, ServiceRun.States(reply).SelectMany(s => s).ToArray());
    }

    [TestMethod]
    public void ManyStepsOfARecordHaveTheBitsOfTheWholeRecord()
    {
        using var run = new ServiceRun();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 120).Archive();
        var body = ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps));
        var whole = ServiceRun.States(run.Post(Route, body));
        body["steps"] = ServiceRun.Steps(31, 111);
        var part = ServiceRun.States(run.Post(Route, body));
        CollectionAssert.AreEqual(whole[31..111].SelectMany(s => s).ToArray(), part.SelectMany(s => s).ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheSpreadIsGivenWhereTheModelHasOne(bool asksForAll)
    {
        using var run = new ServiceRun(hasSpread: true);
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 40).Archive();
        var method = new NetworkMethod(new AnalysisContext(archive, run.Model), new() { Form = asksForAll ? NetworkForm.Stretch : NetworkForm.Window });
        var steps = asksForAll ? archive.Description.Steps : new StepRange(7, 10);
        var expected = method.Analyze(archive, new AnalysisRequest { Trajectories = [0], Steps = steps }).SelectMany(b => b.Spread!.Value.ToArray()).ToArray();
        var body = ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps));
        body["steps"] = ServiceRun.Steps(steps.Start, steps.End);
        CollectionAssert.AreEqual(expected, ServiceRun.States(run.Post(Route, body), "spread").SelectMany(s => s).ToArray());
        Assert.IsTrue((bool)JsonNode.Parse(run.Get("/v1/model"))!["hasSpread"]!);
    }

    [TestMethod]
    public void ParquetGoesInAndComesOutAsArchivesHaveIt()
    {
        using var run = new ServiceRun(hasSpread: true);
        using var folder = new TemporaryDirectory();
        var twin = ExampleTwins.Lorenz96(ServiceRun.Sites, 90, trajectories: 1);
        byte[] body;
        using (var archive = ParquetArchive.Create(folder.File("in"), twin.Describe()))
        {
            archive.WriteObservations(twin.Observations());
            body = File.ReadAllBytes(Directory.GetFiles(folder.File("in"), "*.parquet", SearchOption.AllDirectories).Single());
        }

        var rows = run.Post(Route + "", ServiceRun.Rows(twin.Archive().ReadObservations(0, new StepRange(0, 90))));
        using var request =
            new HttpRequestMessage(HttpMethod.Post, $"{Route}?recordStart=0&recordEnd=90&start=20&end=70") { Content = ServiceRun.Parquet(body) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ContentTypes.Parquet));
        using var reply = run.Client.Send(request);
        Assert.AreEqual(200, (int)reply.StatusCode, reply.Content.ReadAsStringAsync().Result);
        Assert.AreEqual(ContentTypes.Parquet, reply.Content.Headers.ContentType!.MediaType);

        // Put into an archive, the part reads as any other.
        Directory.CreateDirectory(folder.File("out", "analyses"));
        var part = folder.File("out", "analyses", "part-00000.parquet");
        File.WriteAllBytes(part, reply.Content.ReadAsByteArrayAsync().Result);
        var description = JsonNode.Parse(File.ReadAllText(folder.File("in", "archive.json")))!;
        description["checksums"] = new JsonObject { ["analyses/part-00000.parquet"] = ModelFolder.Hash(part) };
        description.AsObject().Remove("digest");
        File.WriteAllText(folder.File("out", "archive.json"), description.ToJsonString());
        using var got = ParquetArchive.Open(folder.File("out"));
        got.Verify();
        var blocks = got.ReadStates(ArchiveTable.Analyses).ToList();
        Assert.AreEqual(20, blocks[0].FirstStep);
        CollectionAssert.AreEqual(ServiceRun.States(rows)[20..70].SelectMany(s => s).ToArray(), blocks.Values());
        CollectionAssert.AreEqual(
            ServiceRun.States(rows, "spread")[20..70].SelectMany(s => s).ToArray(), blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray());
    }

    [TestMethod]
    public void WhatTheModelWasNotTrainedForIsSaidAsCodaAnalyzeSaysIt()
    {
        using var run = new ServiceRun();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 60).Archive();
        var observations = archive.ReadObservations(0, archive.Description.Steps);
        Assert.IsNull(run.Post(Route, ServiceRun.Rows(observations))["warnings"]);
        for (var i = 0; i < observations.Mask.Length; i++)
        {
            observations.Mask[i] = i % ServiceRun.Sites < 2 ? 0 : observations.Mask[i]; // two sites are silent
        }

        var warnings = new ResultWarnings();
        var silent = new MemoryArchive(archive.Description with { TrajectoryCount = 1 }, [observations]);
        _ = new NetworkMethod(new AnalysisContext(silent, run.Model), new()).Analyze(silent, new AnalysisRequest { Warnings = warnings }).Values();
        var body = ServiceRun.Rows(observations);
        var said = run.Post(Route, body)["warnings"]!.AsArray().Single()!;
        Assert.AreEqual((warnings.All.Single().Kind, warnings.All.Single().Message), ((string)said["kind"]!, (string)said["message"]!));
        Assert.Contains("2 neighbouring sites never observed", (string)said["message"]!);

        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = ServiceRun.Json(body) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ContentTypes.Parquet));
        using var reply = run.Client.Send(request);
        Assert.AreEqual("outside-training", reply.Headers.GetValues("Coda-Warnings").Single());

        body["leads"] = new JsonArray(5);
        Assert.AreEqual("outside-training", (string)run.Post("/v1/forecasts", body)["warnings"]![0]!["kind"]!);
    }

    [TestMethod]
    [DataRow("*/*", ContentTypes.Json)]
    [DataRow("application/json;q=0.5, application/vnd.apache.parquet", ContentTypes.Parquet)]
    [DataRow("application/json, application/vnd.apache.parquet;q=0.5", ContentTypes.Json)]
    [DataRow("application/vnd.apache.parquet, */*;q=0.1", ContentTypes.Parquet)]
    public void AcceptDecidesTheReply(string accept, string type)
    {
        using var run = new ServiceRun();
        using var request =
            new HttpRequestMessage(HttpMethod.Post,
                Route) { Content = ServiceRun.Json(ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 10), ServiceRun.Sites))) };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var reply = run.Client.Send(request);
        Assert.AreEqual(type, reply.Content.Headers.ContentType!.MediaType);
    }
}
