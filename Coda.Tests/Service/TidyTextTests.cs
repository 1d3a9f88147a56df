using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Service;

/// <summary>Observations as CSV, and dates and names in requests and replies.</summary>
[TestClass]
public sealed class TidyTextTests
{
    private const string Route = "/v1/analyses";
    private const string Origin = "2020-01-31T06:00:00Z";

    private static readonly string[] Names = [.. Enumerable.Range(0, ServiceRun.Sites).Select(site => $"<img src=x onerror={site}>")];

    private static ServiceRun _run = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _run = new ServiceRun(WriteNamed, new ServiceSettings { Workers = 1, Limits = new ServiceLimits { Steps = 200 } });
    }

    [ClassCleanup]
    public static void Stop() => _run.Dispose();

    [TestMethod]
    [DataRow(',', false)]
    [DataRow(';', true)]
    [DataRow('\t', true)]
    public void CsvHasTheBitsOfJson(char delimiter, bool isShuffled)
    {
        var record = Record();
        var expected = ServiceRun.States(_run.Post(Route, ServiceRun.Rows(record)));
        var rows = Rows(record, (step, site, value) => string.Join(delimiter, "0", value, $"{site}", $"{step}"));
        var text = string.Join(delimiter, "Trajectory", "value", "site", "STEP") + "\n" + string.Join('\n', isShuffled ? rows.Reverse() : rows);
        var reply = PostText(text, "?recordStart=0&recordEnd=60&observations=true");
        CollectionAssert.AreEqual(expected.SelectMany(s => s).ToArray(), ServiceRun.States(reply).SelectMany(s => s).ToArray());
        Assert.IsNull(reply["times"]);
        var observed = reply["observations"]!.AsArray().SelectMany(row => row!.AsArray()).Select(value => (float?)value).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(0, record.Mask.Length).Select(i => record.Mask[i] != 0 ? record.Values[i] : (float?)null).ToArray(), observed);
    }

    [TestMethod]
    public void DatesAndNamesStandForStepsAndSites()
    {
        var record = Record();
        var expected = ServiceRun.States(_run.Post(Route, ServiceRun.Rows(record)))[20..40];
        var calendar = new StepCalendar(Origin, 6, "h");

        var csv = "time,site,value\n" + string.Join('\n', Rows(record, (step, site, value) => $"{calendar.TextOf(step)},{Names[site]},{value}"));
        var range = $"start={calendar.TextOf(20)}&end={calendar.TextOf(40)}";
        var text = PostText(csv, $"?timeOrigin={Origin}&recordStart=0&recordEnd=60&{range}");

        var body = new JsonObject
        {
            ["timeOrigin"] = Origin,
            ["record"] = new JsonObject { ["startTime"] = Origin, ["end"] = 60 },
            ["steps"] = new JsonObject { ["startTime"] = "2020-02-05T07:00+01:00", ["endTime"] = calendar.TextOf(40) },
            ["entries"] = new JsonArray([.. Enumerable.Range(0, record.Mask.Length).Where(i => record.Mask[i] != 0).Select(i => (JsonNode)new JsonObject
            {
                ["time"] = calendar.TextOf(i / ServiceRun.Sites), ["siteName"] = Names[i % ServiceRun.Sites], ["value"] = record.Values[i],
            })]),
        };
        foreach (var reply in new[] { text, _run.Post(Route, body) })
        {
            Assert.AreEqual(20, (long)reply["firstStep"]!);
            Assert.AreEqual(Origin, (string)reply["timeOrigin"]!);
            Assert.AreEqual("2020-02-05T06:00:00Z", (string)reply["times"]![0]!);
            Assert.HasCount(20, reply["times"]!.AsArray());
            CollectionAssert.AreEqual(Names, reply["entryNames"]!.AsArray().Select(name => (string)name!).ToArray());
            CollectionAssert.AreEqual(expected.SelectMany(s => s).ToArray(), ServiceRun.States(reply).SelectMany(s => s).ToArray());
        }
    }

    [TestMethod]
    public void TheFirstDateIsStepZeroUnlessAnotherIsSaid()
    {
        var reply = PostText("time,site,value\n2020-03-01,0,1\n2020-03-02,1,2\n", "");
        Assert.AreEqual("2020-03-01T00:00:00Z", (string)reply["timeOrigin"]!);
        Assert.AreEqual(0, (long)reply["firstStep"]!);
        Assert.HasCount(5, ServiceRun.States(reply));
        reply = PostText("time,site,value\n48,0,1\n72,1,2\n", "?timeOrigin=2020-03-01");
        Assert.AreEqual(8, (long)reply["firstStep"]!);
        Assert.AreEqual("2020-03-03T00:00:00Z", (string)reply["times"]![0]!);
    }

    [TestMethod]
    public void StepsWithDatesBesideThemTellTheOrigin()
    {
        var reply = PostText("step,time,site,value\n4,2020-03-02,0,1\n8,2020-03-03,1,2\n", "?start=2020-03-02T12:00&end=2020-03-03");
        Assert.AreEqual("2020-03-01T00:00:00Z", (string)reply["timeOrigin"]!);
        Assert.AreEqual(6, (long)reply["firstStep"]!);
        Assert.IsNull(PostText("step,time,site,value\n4,24,0,1\n8,48,1,2\n", "")["timeOrigin"]);
    }

    [TestMethod]
    [DataRow("0001-01-01", "0001-01-01T00:00:00Z")]
    [DataRow("9999-12-29T23:59:59.5", "9999-12-29T23:59:59.5Z")]
    public void TheFirstAndTheLastDatesAreDates(string date, string origin) =>
        Assert.AreEqual(origin, (string)PostText("step,site,value\n0,0,1\n4,1,2\n", $"?timeOrigin={date}")["timeOrigin"]!);

    [TestMethod]
    public void AnIndexIsNotTakenForANameThatIsANumber()
    {
        using var run = new ServiceRun(folder =>
        {
            var card = ExampleModels.Write(folder, ServiceRun.Sites, ServiceRun.HalfWidth);
            CodaJson.Write(
                Path.Combine(folder, ModelFolder.Card), card with { SiteNames = [.. Enumerable.Range(1, ServiceRun.Sites).Select(site => $"{site}")] });
        });
        using var named = ServiceRun.Text("step,site,value\n0,1,7\n9,8,1\n", ContentTypes.Csv);
        Assert.AreEqual(7f, (float)ServiceRun.Ok(run.Client.PostAsync($"{Route}?observations=true", named).Result)["observations"]![0]![0]!);
        using var counted = ServiceRun.Text("step,site,value\n0,0,7\n9,7,1\n", ContentTypes.Csv);
        Assert.Contains(
            "site: expected the name of a site of the model, got '0'",
            (string)ServiceRun.Problem(run.Client.PostAsync(Route, counted).Result, 400, "malformed-body")["got"]!);
    }

    [TestMethod]
    public void ForecastsTellDatesAndNames()
    {
        using var content = ServiceRun.Text("time,site,value\n2020-03-01,0,1\n2020-03-02,1,2\n", ContentTypes.Csv);
        var reply = ServiceRun.Ok(_run.Client.PostAsync("/v1/forecasts?leads=0,4", content).Result);
        Assert.AreEqual("2020-03-02T00:00:00Z", (string)reply["forecasts"]![0]!["times"]![0]!);
        Assert.AreEqual("2020-03-03T00:00:00Z", (string)reply["forecasts"]![0]!["times"]![1]!);
        Assert.AreEqual(Names[3], (string)reply["entryNames"]![3]!);
    }

    [TestMethod]
    public void OneTrajectoryOfSeveralIsTaken()
    {
        const string rows = "trajectory,step,site,value\n0,0,0,1\n1,0,0,2\n0,9,0,1\n1,9,0,3\n";
        using var content = ServiceRun.Text(rows, ContentTypes.Csv);
        ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 422, "many-trajectories");
        using var again = ServiceRun.Text(rows, ContentTypes.Csv);
        ServiceRun.Problem(_run.Client.PostAsync($"{Route}?trajectory=2", again).Result, 422, "no-observations");
        var observed = PostText(rows, "?trajectory=1&observations=true")["observations"]!;
        Assert.AreEqual(3f, (float)observed[9]![0]!);
    }

    [TestMethod]
    public void PartsOfArchivesBringTheirDates()
    {
        using var folder = new TemporaryDirectory();
        var record = Record();
        var description = ArchiveExamples.Description(ServiceRun.Sites, 60) with { StepLength = 6, TimeUnit = "h", TimeOrigin = Origin, SiteNames = Names };
        using (var archive = ParquetArchive.Create(folder.Path, description))
        {
            archive.WriteObservations([record]);
        }

        var part = File.ReadAllBytes(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Single());
        using var content = ServiceRun.Parquet(part);
        var reply = ServiceRun.Ok(_run.Client.PostAsync($"{Route}?start=2020-02-01T00:00&end=2020-02-01T12:00", content).Result);
        Assert.AreEqual(3, (long)reply["firstStep"]!);
        Assert.AreEqual("2020-02-01T06:00:00Z", (string)reply["times"]![1]!);

        // And take them back.
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = ServiceRun.Parquet(part) };
        request.Headers.TryAddWithoutValidation("Accept", ContentTypes.Parquet);
        using var parquet = _run.Client.Send(request);
        File.WriteAllBytes(folder.File("reply"), parquet.Content.ReadAsByteArrayAsync().Result);
        Assert.AreEqual(Origin, ObservationTable.ReadTimeOrigin(folder.File("reply")));
    }

    [TestMethod]
    [DataRow("", "expected a header line")]
    [DataRow("step,site\n0,1\n", "expected a header line with the columns step (or time), site and value, got step, site")]
    [DataRow("step,site,value\n0,1\n0,2,3\n", "data row 1")]
    [DataRow("step,site,value\n0.5,1,2\n", "step: expected a whole number, got '0.5'")]
    [DataRow("step,site,value\n2020-01-31,1,2\n", "step: expected a whole number, got '2020-01-31'")]
    [DataRow("step,site,value\n0,1,nan\n", "value: expected a finite number")]
    [DataRow("step,site,value\n0,1,\"2\n", "expected a closing quote")]
    [DataRow("step,site,value\n0,atlantis,2\n", "site: expected the index or the name of a site of the model, got 'atlantis'")]
    [DataRow("time,site,value\n2020-01-31,0,2\n2020-01-31T01:00,0,2\n", "expected a date a multiple of 6 h after 2020-01-31T00:00:00Z, got '2020-01-31T01:00'")]
    [DataRow("time,site,value\n7,0,2\n", "data row 1: time: Expected a multiple of the step length 6, got 7")]
    [DataRow("step,time,site,value\n8000000000000000,2020-01-31,0,2\n", "data row 1: time: expected a date in the years 1 to 9999")]
    [DataRow("time,site,value\n1e300,0,2\n", "data row 1: time: Expected a finite time within 9e15 steps, got 1E+300")]
    [DataRow("time,site,value\nsoon,0,2\n", "time: expected a number, a date and time in ISO 8601")]
    [DataRow("trajectory,step,site,value\n-1,0,0,2\n", "trajectory: expected an integer from 0, got '-1'")]
    [DataRow("step,site,value,sigma\n0,0,2,-1\n", "sigma: expected a finite number greater than 0, got '-1'")]
    [DataRow("step,site,value\n0,0,\u0000\n", "got bytes that are none")]
    public void WhatCannotBeReadIsToldWithItsPlace(string text, string got)
    {
        using var content = ServiceRun.Text(text, ContentTypes.Csv);
        var problem = ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 400, "malformed-body");
        Assert.Contains(got, (string)problem["got"]!);
        Assert.DoesNotContain("--", (string)problem["detail"]!, "No options of the command.");
    }

    [TestMethod]
    public void DamagedTextIsTakenOrToldOf()
    {
        var calendar = new StepCalendar(Origin, 6, "h");
        var text = Encoding.UTF8.GetBytes(
            "trajectory,step,time,site,value,sigma\n" + string.Join('\n', Rows(Record(), (step, site, value) => $"0,{step},{calendar.TextOf(step)},{site},{value},")));
        for (var seed = 0UL; seed < 80; seed++)
        {
            using var content = new ByteArrayContent(Cli.Mutation.OfBytes(text, seed)) { Headers = { ContentType = new(ContentTypes.Csv) } };
            using var reply = _run.Client.PostAsync(Route, content).Result;
            var told = reply.Content.ReadAsStringAsync().Result;
            CollectionAssert.Contains(new[] { 200, 400, 422 }, (int)reply.StatusCode, $"seed {seed}: {told}");
            foreach (var word in new[] { "System.", "Exception", "could not be", "Import options", "(Parameter" })
            {
                Assert.IsFalse(reply.StatusCode != System.Net.HttpStatusCode.OK && told.Contains(word, StringComparison.Ordinal), $"seed {seed}: {told}");
            }
        }
    }

    [TestMethod]
    public void TextIsBoundedAsOtherBodiesAre()
    {
        var rows = new StringBuilder("step,site,value\n");
        for (var row = 0; row <= 200 * ServiceRun.Sites; row++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{row % 9},0,1\n");
        }

        using var content = ServiceRun.Text(rows.ToString(), ContentTypes.Csv);
        Assert.Contains("expected at most 1600 rows", (string)ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 400, "malformed-body")["got"]!);
        using var wide = ServiceRun.Text("step,site,value" + new string(',', 1 << 20), ContentTypes.Csv);
        Assert.Contains(
            "header: expected at most 1024 fields", (string)ServiceRun.Problem(_run.Client.PostAsync(Route, wide).Result, 400, "malformed-body")["got"]!);
        using var far = ServiceRun.Text("step,site,value\n0,0,1\n99999,0,1\n", ContentTypes.Csv);
        ServiceRun.Problem(_run.Client.PostAsync(Route, far).Result, 422, "too-many-steps");
    }

    [TestMethod]
    [DataRow("""{"timeOrigin":"soon","rows":[]}""", "no-dates", "soon")]
    [DataRow("""{"entries":[{"time":"2020-01-31","site":0,"value":1}]}""", "no-dates", "2020-01-31")]
    [DataRow("""{"timeOrigin":"2020-01-31","entries":[{"time":"2020-01-31T01:00","site":0,"value":1}]}""", "no-dates", "2020-01-31T01:00")]
    [DataRow("""{"timeOrigin":"9999-12-31","entries":[{"step":0,"site":0,"value":1},{"step":90,"site":0,"value":1}]}""", "no-dates", "that of step")]
    [DataRow("""{"timeOrigin":"2020-01-31","entries":[{"time":"2020-01-31","step":0,"site":0,"value":1}]}""", "no-step", "both")]
    [DataRow("""{"entries":[{"site":0,"value":1}]}""", "no-step", "neither")]
    [DataRow("""{"entries":[{"step":0,"value":1}]}""", "no-site", "neither")]
    [DataRow("""{"entries":[{"step":0,"site":0,"siteName":"a","value":1}]}""", "no-site", "both")]
    [DataRow("""{"entries":[{"step":0,"siteName":"atlantis","value":1}]}""", "unknown-site", "atlantis")]
    [DataRow("""{"entries":[{"step":0,"site":0,"value":1}],"record":{"start":0}}""", "no-step", "neither")]
    public void DatesAndNamesThatSayNothingAre422(string body, string kind, string got)
    {
        using var content = ServiceRun.Text(body);
        Assert.Contains(got, (string)ServiceRun.Problem(_run.Client.PostAsync(Route, content).Result, 422, kind)["got"]!);
    }

    [TestMethod]
    public void AModelWithoutAUnitOfTimeHasNoDates()
    {
        using var run = new ServiceRun();
        using var origin = ServiceRun.Text("step,site,value\n0,0,1\n9,0,1\n", ContentTypes.Csv);
        var problem = ServiceRun.Problem(run.Client.PostAsync($"{Route}?timeOrigin=2020-01-31", origin).Result, 422, "no-dates");
        Assert.Contains("a unit of time whose length is known", (string)problem["expected"]!);
        using var dates = ServiceRun.Text("time,site,value\n2020-01-31,0,1\n", ContentTypes.Csv);
        Assert.Contains("a number of '1'", (string)ServiceRun.Problem(run.Client.PostAsync(Route, dates).Result, 400, "malformed-body")["got"]!);

        // Sites are called like the entries of the state there.
        using var named = ServiceRun.Text("time,site,value\n0,x[2],1\n0.09,5,2\n", ContentTypes.Csv);
        var reply = ServiceRun.Ok(run.Client.PostAsync($"{Route}?observations=true", named).Result);
        Assert.AreEqual(1f, (float)reply["observations"]![0]![2]!);
        Assert.AreEqual(2f, (float)reply["observations"]![9]![5]!);
    }

    private static void WriteNamed(string folder)
    {
        var card = ExampleModels.Write(folder, ServiceRun.Sites, ServiceRun.HalfWidth);
        CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card with { StepLength = 6, TimeUnit = "h", SiteNames = Names });
    }

    private static ObservationStretch Record() => ArchiveExamples.Stretch(0, new StepRange(0, 60), ServiceRun.Sites);

    private static IEnumerable<string> Rows(ObservationStretch record, Func<int, int, string, string> row) =>
        Enumerable.Range(0, record.Mask.Length).Where(i => record.Mask[i] != 0).Select(i =>
            row(i / ServiceRun.Sites, i % ServiceRun.Sites, record.Values[i].ToString("R", CultureInfo.InvariantCulture)));

    private static JsonNode PostText(string text, string query)
    {
        using var content = ServiceRun.Text(text, ContentTypes.Csv);
        return ServiceRun.Ok(_run.Client.PostAsync(Route + query, content).Result);
    }
}
