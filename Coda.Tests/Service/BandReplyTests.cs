using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Batching;
using Coda.Service.Hosting;
using Coda.Service.Settings;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

/// <summary>Replies with bands.</summary>
[TestClass]
public sealed class BandReplyTests
{
    private static readonly ObservationStretch Record = ArchiveExamples.Stretch(0, new StepRange(0, 60), ServiceRun.Sites);

    [TestMethod]
    public void AnalysesHaveHalfWidthsBesideTheirSpread()
    {
        using var run = Run(model => [Of(model, "network")]);
        var record = WithoutSite(2);
        var reply = run.Post("/v1/analyses", ServiceRun.Rows(record));
        Assert.AreEqual(0.9, (double)reply["bandLevel"]!);
        var (spread, band) = (ServiceRun.States(reply, "spread"), ServiceRun.States(reply, "band"));
        Assert.HasCount(60, band);
        for (var i = 0; i < band.Length; i++)
        {
            CollectionAssert.AreEqual(spread[i].Select((s, entry) => entry == 2 ? 0 : 1.5f * s).ToArray(), band[i]);
        }

        StringAssert.Contains(reply["warnings"]!.ToJsonString(), "sites-not-covered");
        var stream = run.Post("/v1/streams/a", ServiceRun.Rows(record));
        Assert.IsNull(stream["coverage"]);
        Assert.IsNull(stream["analyses"]!["band"], "Bands of smoothed analyses are none of nowcasts.");
        using var folder = new TemporaryDirectory();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/analyses") { Content = ServiceRun.Json(ServiceRun.Rows(record)) };
        request.Headers.Accept.ParseAdd("application/vnd.apache.parquet");
        using var answer = run.Client.Send(request);
        File.WriteAllBytes(folder.File("part.parquet"), answer.Content.ReadAsByteArrayAsync().Result);
        StringAssert.Contains(File.ReadAllText(folder.File("part.parquet"), System.Text.Encoding.Latin1), "band");
    }

    [TestMethod]
    public void BandsOfStreamsFollowAndWhatTheyMissIsCountedAndAlarmed()
    {
        using var run = Run(model => [Of(model, "network"), Of(model, """network {"nowcast":true}""")], adapt: 0.002);
        var whole = ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 300), ServiceRun.Sites));
        var first = run.Post("/v1/streams/a", whole);
        Assert.AreEqual((0.9, 0.002), ((double)first["coverage"]!["level"]!, (double)first["coverage"]!["rate"]!));
        Assert.IsNull(first["coverage"]!["alarmSince"]);
        Assert.HasCount(300, ServiceRun.States(first["analyses"]!, "band"));
        var factor = (double)first["coverage"]!["factor"]!;

        // Far off from what it was.
        for (var start = 300; start < 324; start += 12)
        {
            var far = ArchiveExamples.Stretch(0, new StepRange(start, start + 12), ServiceRun.Sites);
            for (var i = 0; i < far.Values.Length; i++)
            {
                far.Values[i] = far.Mask[i] * (((start + (i / ServiceRun.Sites)) % 2 == 0 ? 12 : -12) + far.Values[i]);
            }

            run.Post("/v1/streams/a", ServiceRun.Rows(far));
        }

        var last = JsonNode.Parse(run.Get("/v1/streams/a"))!;
        Assert.IsNotNull(last["coverage"]!["alarmSince"]);
        Assert.IsTrue(last["coverage"]!["factor"] is not { } now || (double)now > factor);
        StringAssert.Contains(last["analyses"]!["warnings"]!.ToJsonString(), AdaptiveCoverage.Missed);
        var metrics = run.Get("/metrics");
        StringAssert.Contains(metrics, "coda_band_alarms 1\n");
        StringAssert.Matches(metrics, new("coda_banded_observations_total\\{band=\"outside\"\\} [1-9]"));
        StringAssert.Matches(metrics, new("coda_band_factor_max [1-9I]"));
        StringAssert.Contains(run.Log.ToString(), AdaptiveCoverage.Missed);
        var other = run.Post("/v1/streams/b", whole);
        Assert.AreEqual(first["analyses"]!.ToJsonString(), other["analyses"]!.ToJsonString(), "Streams stand by themselves.");
    }

    // Entries without a band are those of the record that is posted, not of that of the calibration.
    [TestMethod]
    public void SitesThatThePostedRecordNeverHasAreNotCoveredAndThatIsSaid()
    {
        using var run = Run(model => [Of(model, "network")]);
        var some = run.Post("/v1/analyses", ServiceRun.Rows(WithoutSite(5)));
        Assert.IsTrue(ServiceRun.States(some, "band").All(row => row.Index().All(b => b.Item == 0 == (b.Index == 5))));
        StringAssert.Contains(some["warnings"]!.ToJsonString(), "1 of 8 entries are never observed in this record and have no band");
        var all = run.Post("/v1/analyses", ServiceRun.Rows(Record));
        Assert.IsTrue(ServiceRun.States(all, "band").All(row => row.All(b => b > 0)));
        Assert.DoesNotContain("sites-not-covered", all.ToJsonString());
    }

    [TestMethod]
    public void BandsCalibratedOnAnotherDeviceAreTaken()
    {
        using var run = Run(model => [Of(model, "network") is var own ? own with { Bands = own.Bands with { Origin = new(own.Bands.Origin)
        {
            ["device"] = "cuda",
        } } } : null!]);
        Assert.IsNotNull(run.Post("/v1/analyses", ServiceRun.Rows(Record))["band"]);

        // The other way round: without a GPU the service starts as far as what needs it.
        using var model = OnnxModel.Open(run.ModelFolder, new() { Device = "cuda" });
        var files = new ServiceSettings { Bands = [Of(run.Model, "network"), Of(run.Model, """network {"nowcast":true}""")] };
        var taken = BandsInUse.Of(model, files);
        Assert.AreEqual(files.Bands[0], taken.Analyses);
        Assert.AreEqual(files.Bands[1].Bands, taken.Streams!.Coverage.Bands);
    }

    // A stream whose observations are what it expected grows narrow until its band is empty, and all are outside.
    [TestMethod]
    public void AnEmptyBandHasAFactorOfZeroAndOneWithoutEndIsInfinite()
    {
        using var run = Run(model => [Of(model, """network {"nowcast":true}""")], adapt: 1);
        using var analysis = StreamAnalysis.Of(run.Model);
        var (position, alpha, step) = ((StreamPosition?)null, 0.0, 0);
        for (; alpha <= 1; step++)
        {
            Assert.IsLessThan(100, step);
            var expected = new ObservationStretch(0, new(step, step + 1), ServiceRun.Sites);
            if (position is not null)
            {
                analysis.Advance(position, expected).Analyses.ToPhysical(run.Model.Card.Layout).States.Span.CopyTo(expected.Values);
            }

            Array.Fill(expected.Mask, 1);
            position = analysis.Advance(position, expected).To;
            var coverage = run.Post("/v1/streams/a", ServiceRun.Rows(expected))["coverage"]!;
            alpha = (double)coverage["alpha"]!;
        }

        Assert.AreEqual(0, (double)JsonNode.Parse(run.Get("/v1/streams/a"))!["coverage"]!["factor"]!);
        StringAssert.Contains(run.Get("/metrics"), "coda_band_factor_max 0\n");
        var far = new ObservationStretch(0, new(step, step + 2), ServiceRun.Sites);
        Array.Fill(far.Mask, 1);
        Array.Fill(far.Values, 12);
        Assert.IsNull(run.Post("/v1/streams/a", ServiceRun.Rows(far))["coverage"]!["factor"]);
        StringAssert.Contains(run.Get("/metrics"), "coda_band_factor_max Infinity\n");
    }

    [TestMethod]
    public void BandsOfOtherModelsMethodsOrTablesAreRefusedAtTheStart()
    {
        static ServedBands Other(OnnxModel model) =>
            Of(model, "network") is var own ? own with { Bands = own.Bands with { Origin = new(own.Bands.Origin) { ["model"] = "another 1" } } } : null!;
        StringAssert.Contains(Assert.ThrowsExactly<ModelMismatchException>(() => Run(model => [Other(model)])).Message, "got those of 'another 1'");
        StringAssert.Contains(Assert.ThrowsExactly<ModelMismatchException>(() => Run(model => [Of(model, "etkf")])).Message, "expected bands of the method");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Run(model => [Of(model, "network"), Of(model, "network")])).Message, "a second one");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Run(model => [Of(model, "network")], adapt: 0.1)).Message, "expected bands of streams");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Run(model => [OfForecasts(model)])).Message, "no spread");

        static ServedBands OfForecasts(OnnxModel model) =>
            Of(model, "network") is var own ? own with { Bands = own.Bands with { Table = ArchiveTable.Forecasts } } : null!;
    }

    private static ServiceRun Run(Func<OnnxModel, IReadOnlyList<ServedBands>> bands, double? adapt = null) =>
        new(bands, new ServiceSettings { Workers = 2, Adapt = adapt });

    private static ObservationStretch WithoutSite(int site)
    {
        var record = ArchiveExamples.Stretch(0, Record.Steps, ServiceRun.Sites);
        for (var i = site; i < record.Mask.Length; i += ServiceRun.Sites)
        {
            (record.Mask[i], record.Values[i]) = (0, 0);
        }

        return record;
    }

    private static ServedBands Of(OnnxModel model, string method)
    {
        var origin = AnalysisOrigin.OfArchivesLike("", model, null);
        origin["method"] = method;
        return new("bands.json", new()
        {
            Table = ArchiveTable.Analyses, Levels = [0.9], StateSize = model.Card.Layout.Size, Correlations = new() { [0] = 2 }, Measured = [],
            Origin = origin, NotCovered = [2],
            Groups =
            [
                new()
                {
                    Lead = 0, Sites = CoveredSites.Observed, Count = 100, Separated = 50, Scale = new(1, 0.1, 0, 100), ObservationFactors = [1.7],
                    StateFactors = [1.5],
                },
            ],
        }, 0.9);
    }
}
