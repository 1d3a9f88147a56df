using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Inference;
using Coda.Tests.Service;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Additions;

/// <summary>A model with forcing behind HTTP: requests send it with the states.</summary>
[TestClass]
public sealed class ForcedServiceTests
{
    private const string Route = "/v1/forecasts";

    [TestMethod]
    public void ForecastsTakeTheForcingThatIsSent()
    {
        var twin = TrainingExamples.Twin with
        {
            System = new Component("forced-lorenz96"), Forcing = new Dictionary<string, Component> { ["F"] = ForcedTwins.Cycle(8, 6, 3) },
        };
        var archive = twin.Archive();
        using var run = Serve("forced-lorenz96", archive, "a");
        Assert.AreEqual("F", (string?)JsonNode.Parse(run.Get("/v1/model"))!["forcing"]![0]!["name"]);
        var states = twin.Truth().First();
        var block = new StateBlock(0, 20, 8, states.States.Slice(20 * 8, 3 * 8));
        using var hybrid = new HybridModel(run.Model);
        var request = new ForecastRequest { Leads = [0, 5, 40], Forcing = ForcingSeries.Of(hybrid.Forcing, archive) };
        var reply = run.Post(Route, Body(block, Rows(archive, 10, 60)));
        float[] got = [.. reply["forecasts"]!.AsArray().SelectMany(f => ServiceRun.States(f!)).SelectMany(s => s)];
        CollectionAssert.AreEqual(Forecasts.Run(hybrid, [block], request).Values(), got);

        var missing = Refused(run, Body(block, null), "no-forcing");
        Assert.Contains("the forcing (F) at steps 20 to 62", (string)missing["expected"]!);
        Refused(run, Body(block, Rows(archive, 10, 52)), "no-forcing");
        Refused(run, Body(block, Rows(archive, 21, 60)), "no-forcing");
        var holed = Rows(archive, 10, 60);
        holed["rows"]![3]![0] = null;
        Refused(run, Body(block, holed), "bad-forcing");
    }

    [TestMethod]
    public void ParquetBringsItInItsMetadata()
    {
        var twin = TrainingExamples.Twin with
        {
            System = new Component("forced-lorenz96"), Forcing = new Dictionary<string, Component> { ["F"] = ForcedTwins.Cycle(8, 6, 3) }, TrajectoryCount = 1,
            StepCount = 40,
        };
        var archive = twin.Archive();
        using var run = Serve("forced-lorenz96", archive, "a");
        var expected = run.Post(Route, Observed(archive, Rows(archive, 39, 50)));
        Assert.AreEqual(expected["forecasts"]!.ToJsonString(), ServiceRun.Ok(Sent(Rows(archive, 39, 50)))["forecasts"]!.ToJsonString());
        Assert.Contains("metadata 'forcing'", (string)ServiceRun.Problem(Sent(null), 422, "no-forcing")["cure"]!);
        ServiceRun.Problem(Sent(Rows(archive, 39, 10)), 422, "no-forcing");
        Assert.Contains("'forcing'", (string)ServiceRun.Problem(Sent(new() { ["rows"] = 3 }), 400, "malformed-body")["expected"]!);

        HttpResponseMessage Sent(JsonObject? forcing)
        {
            using var folder = new TemporaryDirectory();
            using var written = ParquetArchive.Create(folder.Path, twin.Describe());
            using (var rows = new ObservationRows(twin.Describe(), twin.Observations()))
            {
                rows.Metadata = rows.Metadata.Concat(forcing is null ? [] : [new("forcing", forcing.ToJsonString())]).ToDictionary();
                written.Write(ArchiveTable.Observations, rows);
            }

            var file = File.ReadAllBytes(Directory.GetFiles(folder.File("observations"), "*.parquet").Single());
            return run.Client.PostAsync($"{Route}?leads=0,5,40&recordStart=0&recordEnd=40", ServiceRun.Parquet(file)).GetAwaiter().GetResult();
        }
    }

    [TestMethod]
    public void TheTimeNeedNotBeSent()
    {
        var twin = TrainingExamples.Twin with { System = new Component("driven-pendulum"), StepLength = 0.05 };
        using var run = Serve("driven-pendulum", twin.Archive(), "g");
        var block = new StateBlock(0, 0, 2, new[] { 0.5f, 0.1f });
        var reply = run.Post(Route, Body(block, null));
        var later = run.Post(Route, Body(block with { FirstStep = 30 }, null));
        Assert.AreNotEqual(reply["forecasts"]![0]!["states"]![2]!.ToJsonString(), later["forecasts"]![0]!["states"]![2]!.ToJsonString());
        Refused(run, Body(block, new JsonObject { ["rows"] = new JsonArray(new JsonArray(1)) }), "no-forcing");
    }

    private static ServiceRun Serve(string system, MemoryArchive archive, string parameter)
    {
        var experiment = TrainingExamples.Experiment with { System = new Component(system), Parameters = [] };
        var model = ModelExamples.Of(experiment, archive);
        return new ServiceRun(folder => ModelExport.Write(model with { Parameters = model.Simulator.System.ParameterNumbers }, folder, parameter));
    }

    private static JsonObject Body(StateBlock block, JsonObject? forcing)
    {
        var body = new JsonObject
        {
            ["firstStep"] = block.FirstStep,
            ["leads"] = new JsonArray(0, 5, 40),
            ["states"] = new JsonArray([.. Enumerable.Range(0, block.Count).Select(row => (JsonNode)new JsonArray(
                [.. block.Row(row).States.ToArray().Select(x => (JsonNode)x)]))]),
        };
        if (forcing is not null)
        {
            body["forcing"] = forcing;
        }

        return body;
    }

    private static JsonObject Observed(MemoryArchive archive, JsonObject forcing)
    {
        var body = ServiceRun.Entries(archive.ReadObservations(0, new(0, 40)));
        (body["leads"], body["forcing"]) = (new JsonArray(0, 5, 40), forcing);
        return body;
    }

    private static JsonObject Rows(MemoryArchive archive, int first, int count)
    {
        var series = archive.ReadForcing(0).Single().States.Slice(first, count).ToArray();
        return new() { ["firstStep"] = first, ["rows"] = new JsonArray([.. series.Select(u => (JsonNode)new JsonArray(u))]) };
    }

    private static JsonNode Refused(ServiceRun run, JsonObject body, string kind) =>
        ServiceRun.Problem(run.Client.PostAsync(Route, ServiceRun.Json(body)).GetAwaiter().GetResult(), 422, kind);
}
