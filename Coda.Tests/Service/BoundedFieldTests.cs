using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Service.Bodies;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

/// <summary>A model of fields with bounds is asked in values and answers in values, whatever coordinates its graphs have.</summary>
[TestClass]
public sealed class BoundedFieldTests
{
    private static ServiceRun _run = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        _ = context;
        _run = new ServiceRun(folder =>
        {
            var card = ExampleModels.Write(folder);
            CodaJson.Write(
                Path.Combine(folder, ModelFolder.Card), card with { Layout = card.Layout.Within(StateDomain.Positive), Errors = ErrorModel.Multiplicative });
        });
    }

    [ClassCleanup]
    public static void Stop() => _run.Dispose();

    [TestMethod]
    [DataRow(0, 60)]
    [DataRow(13, 18)]
    public void AnalysesHaveTheBitsOfCodaAnalyze(int start, int end)
    {
        var archive = Positive();
        var method = new NetworkMethod(new AnalysisContext(archive, _run.Model), new() { Form = start == 0 ? NetworkForm.Stretch : NetworkForm.Window });
        var expected = method.Analyze(archive, new AnalysisRequest { Trajectories = [0], Steps = new StepRange(start, end) }).Values();
        foreach (var body in new[] { ServiceRun.Rows(Seen(archive)), ServiceRun.Entries(Seen(archive)) })
        {
            body["steps"] = ServiceRun.Steps(start, end);
            CollectionAssert.AreEqual(expected, ServiceRun.States(_run.Post("/v1/analyses", body)).SelectMany(s => s).ToArray());
        }

        Assert.IsTrue(Array.TrueForAll(expected, x => x > 0));
    }

    [TestMethod]
    public void ForecastsHaveTheBitsOfCodaForecast()
    {
        float[] state = [1, 2, 3, 4, 5, 6, 7, 8];
        using var hybrid = new HybridModel(_run.Model);
        var expected = Forecasts.Run(hybrid, [new StateBlock(0, 0, 8, state)], new ForecastRequest { Leads = [0, 5], Workers = 1 }).Values();
        var reply = _run.Post("/v1/forecasts", JsonNode.Parse("""{"leads":[0,5],"states":[[1,2,3,4,5,6,7,8]]}""")!);
        CollectionAssert.AreEqual(expected, ServiceRun.States(reply["forecasts"]![0]!).SelectMany(s => s).ToArray());

        // From observations, through analyses that are values.
        var seen = ServiceRun.Rows(Seen(Positive()));
        seen["leads"] = new JsonArray(0);
        var start = ServiceRun.States(_run.Post("/v1/forecasts", seen)["forecasts"]![0]!).Single();
        var (body, last) = (ServiceRun.Rows(Seen(Positive())), ServiceRun.Steps(59, 60));
        body["steps"] = last;
        var analysis = ServiceRun.States(_run.Post("/v1/analyses", body)).Single();
        for (var i = 0; i < analysis.Length; i++)
        {
            Assert.AreEqual(analysis[i], start[i], 1e-5 * analysis[i]); // once more to coordinates and back
        }
    }

    [TestMethod]
    public void ObservationsInReturnAreTheValuesThatWereSent()
    {
        using var content = ServiceRun.Text("step,site,value\n0,0,0.3\n9,7,2.5\n", ContentTypes.Csv);
        var observed = ServiceRun.Ok(_run.Client.PostAsync("/v1/analyses?observations=true", content).Result)["observations"]!;
        Assert.AreEqual(0.3f, (float)observed[0]![0]!);
        Assert.AreEqual(2.5f, (float)observed[9]![7]!);
        Assert.IsNull(observed[0]![1]);
    }

    // A field greater than 0 whose observations need not be: counts of none, and errors as large as what is left of it.
    [TestMethod]
    [DataRow(ErrorModel.SquareRoot, 0f)]
    [DataRow(ErrorModel.Additive, -0.5f)]
    public void ErrorsCarryValuesToTheBoundAndBeyond(ErrorModel errors, float value)
    {
        using var run = new ServiceRun(folder =>
        {
            var card = ExampleModels.Write(folder);
            CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card with { Layout = card.Layout.Within(StateDomain.Positive), Errors = errors });
        });
        foreach (var (given, status) in new[] { (value, 200), (1e38f, 422) })
        {
            using var content = ServiceRun.Text(FormattableString.Invariant($"step,site,value\n0,0,{given}\n9,7,2.5\n"), ContentTypes.Csv);
            using var reply = run.Client.PostAsync("/v1/analyses", content).Result;
            Assert.AreEqual(status, (int)reply.StatusCode, reply.Content.ReadAsStringAsync().Result);
        }
    }

    [TestMethod]
    public void ValuesBeyondTheBoundsAreUnprocessable()
    {
        var body = ServiceRun.Rows(Seen(Positive()));
        body["rows"]![3]![2] = -1;
        var problem = ServiceRun.Problem(_run.Client.PostAsync("/v1/analyses", ServiceRun.Json(body)).Result, 422, "not-on-scale");
        Assert.Contains("greater than 0, as errors are multiplicative, in rows[3][2]", (string)problem["expected"]!);
        body["rows"]![3]![2] = 1e38f;
        ServiceRun.Problem(_run.Client.PostAsync("/v1/analyses", ServiceRun.Json(body)).Result, 422, "implausible-value");
        ServiceRun.Problem(
            _run.Client.PostAsync("/v1/forecasts", ServiceRun.Json(JsonNode.Parse("""{"leads":[1],"states":[[1,2,3,4,5,6,7,0]]}""")!)).Result, 422,
            "out-of-bounds");
    }

    [TestMethod]
    public void TheModelTellsItsErrorsAndBounds()
    {
        var model = JsonNode.Parse(_run.Get("/v1/model"))!;
        Assert.AreEqual("multiplicative", (string)model["errors"]!);
        Assert.AreEqual(0, (double)model["fields"]![0]!["domain"]!["lower"]!);
    }

    private static ObservationStretch Seen(MemoryArchive archive) => archive.ReadObservations(0, archive.Description.Steps);

    // Numbers greater than 0 whose logarithms are a record of Lorenz-96.
    private static MemoryArchive Positive()
    {
        var archive = ExampleTwins.Lorenz96(ServiceRun.Sites, 60).Archive();
        var seen = Seen(archive);
        for (var i = 0; i < seen.Values.Length; i++)
        {
            seen.Values[i] = seen.Mask[i] * MathF.Exp(seen.Values[i]);
        }

        var description = archive.Description with
        {
            Layout = archive.Description.Layout.Within(StateDomain.Positive), Errors = ErrorModel.Multiplicative, System = null, TrajectoryCount = 1,
        };
        return new MemoryArchive(description, [seen]);
    }
}
