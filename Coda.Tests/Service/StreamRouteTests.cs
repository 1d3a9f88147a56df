using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Service;

/// <summary>Observations that arrive one after the other.</summary>
[TestClass]
public sealed class StreamRouteTests
{
    private static readonly MemoryArchive Archive = ExampleTwins.Lorenz96(steps: 30, trajectories: 1, fraction: 0.5, seed: 4).Archive();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void WhatArrivesInPiecesIsAnalyzedAsTheWholeRecord(int members)
    {
        using var run = Run(members: members);
        var expected = new CycleMethod(new AnalysisContext(Archive, run.Model), new() { BatchSize = 1 }).Analyze(Archive).Single();
        var (states, spread) = (new List<float>(), new List<float>());
        foreach (var (start, end) in new[] { (0, 1), (1, 2), (2, 9), (9, 10), (10, 30) })
        {
            var reply = run.Post("/v1/streams/buoys", ServiceRun.Rows(Read(start, end)));
            Assert.AreEqual((0L, (long)end), ((long)reply["beganAt"]!, (long)reply["nextStep"]!));
            states.AddRange(ServiceRun.States(reply["analyses"]!).SelectMany(state => state));
            spread.AddRange(ServiceRun.States(reply["analyses"]!, "spread").SelectMany(state => state));
            StringAssert.Contains($"{reply["analyses"]!["warnings"]}", end < 24 ? "settling" : "");
        }

        CollectionAssert.AreEqual(expected.States.ToArray(), states);
        CollectionAssert.AreEqual(expected.Spread!.Value.ToArray(), spread);
        var newest = JsonNode.Parse(run.Get("/v1/streams/buoys"))!;
        CollectionAssert.AreEqual(states.TakeLast(ServiceRun.Sites).ToArray(), ServiceRun.States(newest["analyses"]!).Single());
        var whole = run.Post("/v1/analyses", ServiceRun.Rows(Read(0, 30)));
        CollectionAssert.AreEqual(states, ServiceRun.States(whole).SelectMany(state => state).ToArray());
        StringAssert.Contains(run.Get("/metrics"), "coda_streams 1\n");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OfAModelOfWindowsTheyAreNowcasts(bool hasSpread)
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1 }, hasSpread: hasSpread);
        var expected = new NetworkMethod(new AnalysisContext(Archive, run.Model), new() { Nowcast = true, BatchSize = 1 })
            .Analyze(Archive, new AnalysisRequest { Workers = 1 }).ToList();
        var (states, spread) = (new List<float>(), new List<float>());
        foreach (var (start, end) in new[] { (0, 1), (1, 2), (2, 9), (9, 10), (10, 30) })
        {
            var reply = run.Post("/v1/streams/buoys", ServiceRun.Rows(Read(start, end)));
            Assert.AreEqual((0L, (long)end, "nowcast"), ((long)reply["beganAt"]!, (long)reply["nextStep"]!, (string)reply["analyses"]!["form"]!));
            states.AddRange(ServiceRun.States(reply["analyses"]!).SelectMany(state => state));
            spread.AddRange(hasSpread ? ServiceRun.States(reply["analyses"]!, "spread").SelectMany(state => state) : []);
            StringAssert.Contains($"{reply["analyses"]!["warnings"]}", end <= ServiceRun.HalfWidth ? "settling" : "");
        }

        CollectionAssert.AreEqual(expected.SelectMany(b => b.States.ToArray()).ToArray(), states);
        CollectionAssert.AreEqual(hasSpread ? expected.SelectMany(b => b.Spread!.Value.ToArray()).ToArray() : [], spread);
    }

    [TestMethod]
    public void OfAModelThatReadsErrorsStepsMayBeLeftOutAndErrorsToo()
    {
        var network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3, ["readsSigma"] = true });
        var model = ModelExamples.Of(TrainingExamples.Corrected with { Network = network, Tracked = ["*"] });
        var tracked = new ServiceSettings
        {
            Workers = 1,
            StartStreams = served => new CycledSmoother(AnalysisContext.Of(served), new() { Parameters = ["*"], WarmUp = 2 }).StartStream(),
        };
        foreach (var settings in new[] { new ServiceSettings { Workers = 1 }, tracked })
        {
            using var run = new ServiceRun(folder => ModelExport.Write(model, folder, ""), settings);
            run.Post("/v1/streams/a", Body(0, null));
            var first = ServiceRun.States(run.Post("/v1/streams/a", Body(5, 3))["analyses"]!)[^1];
            run.Post("/v1/streams/b", Body(0, null));
            CollectionAssert.AreNotEqual(first, ServiceRun.States(run.Post("/v1/streams/b", Body(5, 0.1))["analyses"]!)[^1], "The error counts after a gap.");
        }

        static JsonObject Body(long step, double? sigma)
        {
            var entry = new JsonObject { ["step"] = step, ["site"] = 2, ["value"] = 6.5 };
            if (sigma is { } own)
            {
                entry["sigma"] = own;
            }

            return new JsonObject { ["record"] = ServiceRun.Steps(step, step + 1), ["entries"] = new JsonArray(entry) };
        }
    }

    [TestMethod]
    public void StepsLeftOutAreForecast()
    {
        using var run = Run();
        var blank = Read(0, 9);
        Array.Clear(blank.Values, 4 * ServiceRun.Sites, 4 * ServiceRun.Sites);
        Array.Clear(blank.Mask, 4 * ServiceRun.Sites, 4 * ServiceRun.Sites);
        var expected = ServiceRun.States(run.Post("/v1/streams/blank", ServiceRun.Rows(blank))["analyses"]!)[^1];
        run.Post("/v1/streams/left-out", ServiceRun.Rows(Read(0, 4)));
        var reply = run.Post("/v1/streams/left-out", ServiceRun.Rows(Read(8, 9)));
        CollectionAssert.AreEqual(expected, ServiceRun.States(reply["analyses"]!).Single());
    }

    [TestMethod]
    public void WhatIsRefusedLeavesTheStreamWhereItWas()
    {
        using var run = Run(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { Steps = 20 } });
        var after = run.Post("/v1/streams/a", ServiceRun.Rows(Read(0, 5)));
        Refused(Read(4, 6), 409, "step-passed");
        Refused(Read(26, 27), 422, "too-many-steps");
        var implausible = ServiceRun.Rows(Read(5, 6));
        implausible["rows"]![0]![2] = 1e6;
        using (var reply = Post(run, "a", implausible))
        {
            ServiceRun.Problem(reply, 422, "implausible-value");
        }

        var now = JsonNode.Parse(run.Get("/v1/streams/a"))!;
        Assert.AreEqual(5, (long)now["nextStep"]!);
        CollectionAssert.AreEqual(ServiceRun.States(after["analyses"]!)[^1], ServiceRun.States(now["analyses"]!).Single());

        void Refused(ObservationStretch observations, int status, string kind)
        {
            using var reply = Post(run, "a", ServiceRun.Rows(observations));
            ServiceRun.Problem(reply, status, kind);
        }
    }

    [TestMethod]
    public void StreamsAreEndedOrForgottenAndAreNotMoreThanMayBe()
    {
        using var run = Run(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { Streams = 2 } });
        foreach (var name in new[] { "a", "b" })
        {
            run.Post($"/v1/streams/{name}", ServiceRun.Rows(Read(0, 2)));
        }

        using (var third = Post(run, "c", ServiceRun.Rows(Read(0, 2))))
        {
            ServiceRun.Problem(third, 429, "too-many-streams");
        }

        using (var ended = run.Client.DeleteAsync("/v1/streams/a").GetAwaiter().GetResult())
        {
            Assert.AreEqual(204, (int)ended.StatusCode);
        }

        using (var gone = run.Client.GetAsync("/v1/streams/a").GetAwaiter().GetResult())
        {
            ServiceRun.Problem(gone, 404, "unknown-stream");
        }

        run.Post("/v1/streams/c", ServiceRun.Rows(Read(3, 4)));
        using var forgetful = Run(new ServiceSettings { Workers = 1, Limits = new ServiceLimits { StreamTime = TimeSpan.FromMilliseconds(1) } });
        forgetful.Post("/v1/streams/a", ServiceRun.Rows(Read(0, 2)));
        Thread.Sleep(20);
        using var forgotten = forgetful.Client.GetAsync("/v1/streams/a").GetAwaiter().GetResult();
        ServiceRun.Problem(forgotten, 404, "unknown-stream");
        Assert.AreEqual(5, (long)forgetful.Post("/v1/streams/a", ServiceRun.Rows(Read(5, 6)))["beganAt"]!);
    }

    // Of several requests at once each finds the stream where another left it: one of two that bring the same step is refused.
    [TestMethod]
    public void RequestsOfOneStreamTakeTheirTurns()
    {
        using var run = Run();
        run.Post("/v1/streams/a", ServiceRun.Rows(Read(0, 1)));
        var body = ServiceRun.Rows(Read(1, 2));
        var replies = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => run.Client.PostAsync("/v1/streams/a", ServiceRun.Json(body)))).GetAwaiter().GetResult();
        CollectionAssert.AreEquivalent(new[] { 200, 409, 409, 409 }, replies.Select(reply => (int)reply.StatusCode).ToArray());
        Array.ForEach(replies, reply => reply.Dispose());
    }

    private static ServiceRun Run(ServiceSettings? settings = null, int members = 1) => new(
        folder => CycleExamples.Write(folder, experiment: CycleExamples.WithMembers(members)), settings);

    private static ObservationStretch Read(long start, long end) => Archive.ReadObservations(0, new StepRange(start, end));

    private static HttpResponseMessage Post(ServiceRun run, string stream, JsonNode body) =>
        run.Client.PostAsync($"/v1/streams/{stream}", ServiceRun.Json(body)).GetAwaiter().GetResult();
}
