using System.Net;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

/// <summary><c>POST /v1/impacts</c>: what observations were worth, over HTTP.</summary>
[TestClass]
public sealed class ImpactRouteTests
{
    private const string Route = "/v1/impacts";
    private const int Lead = 4;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ImpactsAreThoseOfCodaImpact(bool isNowcast)
    {
        using var run = Service();
        using var folder = new TemporaryDirectory();
        var twin = ExampleTwins.Lorenz96(ServiceRun.Sites, 40, trajectories: 1);
        using (var created = ParquetArchive.Create(folder.File("archive"), twin.Describe()))
        {
            created.WriteObservations(twin.Observations());
        }

        var command = new[] { "impact", "--archive", folder.File("archive"), "--model", run.ModelFolder, "--verify", "analysis", "--analyses",
            folder.File("smoothed"), "--lead", $"{Lead * twin.StepLength}", "--every", $"{twin.StepLength}", "--steps", "10..20", "--output", folder.File("impact") };
        CommandRun.InProcess("analyze", "--archive", folder.File("archive"), "--model", run.ModelFolder, "--output", folder.File("smoothed")).Succeeded();
        CommandRun.InProcess([.. command, .. isNowcast ? ["--nowcast"] : Array.Empty<string>()]).Succeeded();
        var expected = NumberTable.Read(folder.File("impact/observations.parquet")).Rows;
        using var archive = ParquetArchive.Open(folder.File("archive"));
        var body = ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps));
        (body["steps"], body["lead"], body["nowcast"]) = (ServiceRun.Steps(10, 20), Lead, isNowcast);
        var reply = run.Post(Route, body);
        Assert.AreEqual(Lead, (int)reply["lead"]!);
        var found = reply["steps"]!.AsArray().SelectMany(s => s!["observations"]!.AsArray().Select(o => (double[])
            [0, (long)s["step"]!, (int)o!["site"]!, (double)o["value"]!, (double)o["innovation"]!, (double)o["impact"]!, (double)o["influence"]!])).ToList();
        Assert.HasCount(expected.Count, found);
        Assert.IsTrue(found.Any(o => Math.Abs(o[5]) > 1e-9), "expected impacts that are not 0");
        for (var i = 0; i < found.Count; i++)
        {
            for (var column = 0; column < 7; column++)
            {
                Assert.AreEqual(expected[i][column], found[i][column], 1e-5 * Math.Max(1, Math.Abs(expected[i][column])), $"row {i}, column {column}");
            }
        }

        foreach (var step in reply["steps"]!.AsArray())
        {
            Assert.AreEqual((double)step!["sum"]!, step["observations"]!.AsArray().Sum(o => (double)o!["impact"]!), 1e-9);
        }
    }

    [TestMethod]
    public void WithoutStepsAllFromWhichAForecastEndsInTheRecordAreWeighed()
    {
        using var run = Service();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 24).Archive();
        var body = ServiceRun.Entries(archive.ReadObservations(0, archive.Description.Steps));
        body["lead"] = Lead;
        body["probes"] = 2;
        var steps = run.Post(Route, body)["steps"]!.AsArray().Select(s => (long)s!["step"]!).ToList();
        Assert.IsTrue(steps.Count > 10 && steps.All(s => s is >= 0 and < 24 - Lead));
    }

    [TestMethod]
    [DataRow("lead", 0, "bad-lead")]
    [DataRow("lead", 24, "bad-lead")]
    [DataRow("probes", 0, "bad-probes")]
    [DataRow("probes", 2_000_000_000, "bad-probes")]
    public void WhatMakesNoSenseIsRefused(string member, int value, string code)
    {
        using var run = Service();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 24).Archive();
        var body = ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps));
        body[member] = value;
        Refuses(run, body, code);
        body.Remove(member);
        (body["lead"], body["steps"]) = (Lead, ServiceRun.Steps(0, 24));
        Refuses(run, body, "steps-outside-record");
    }

    [TestMethod]
    public void AModelWithoutTheGraphSaysWhatToDo()
    {
        using var run = new ServiceRun();
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 24).Archive();
        Refuses(run, ServiceRun.Rows(archive.ReadObservations(0, archive.Description.Steps)), "no-impact");
    }

    private static ServiceRun Service() => new(folder => ExampleModels.Write(folder, ServiceRun.Sites, ServiceRun.HalfWidth, hasImpact: true));

    private static void Refuses(ServiceRun run, JsonObject body, string code)
    {
        using var reply = run.Client.PostAsync(Route, ServiceRun.Json(body)).GetAwaiter().GetResult();
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        StringAssert.Contains(reply.Content.ReadAsStringAsync().GetAwaiter().GetResult(), code);
    }
}
