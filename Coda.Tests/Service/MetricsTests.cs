using System.Text.RegularExpressions;
using Coda.Data.Time;
using Coda.Service.Metrics;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

[TestClass]
public sealed partial class MetricsTests
{
    [TestMethod]
    public void EveryLineIsOneOfTheFormat()
    {
        using var run = new ServiceRun();
        run.Post("/v1/analyses", ServiceRun.Rows(ArchiveExamples.Stretch(0, new StepRange(0, 20), ServiceRun.Sites)));
        using var bad = run.Client.PostAsync("/v1/analyses", ServiceRun.Text("{")).Result;
        using var unknown = run.Client.GetAsync("/some/\"path").Result;
        using var reply = run.Client.GetAsync("/metrics").Result;
        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
        var text = reply.Content.ReadAsStringAsync().Result;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            Assert.MatchesRegex(Line(), line);
        }

        foreach (var expected in new[]
        {
            "# TYPE coda_requests_total counter",
            "# TYPE coda_request_duration_seconds histogram",
            "# TYPE coda_queue_depth gauge",
            """coda_requests_total{method="POST",route="/v1/analyses",status="200"} 1""",
            """coda_requests_total{method="POST",route="/v1/analyses",status="400"} 1""",
            """coda_requests_total{method="GET",route="unmatched",status="404"} 1""",
            """coda_rejected_requests_total{reason="malformed-body"} 1""",
            """coda_analyses_total{form="stretch"} 20""",
            """coda_batch_size_bucket{kind="stretch",le="+Inf"} 1""",
            """coda_request_duration_seconds_count{route="/v1/analyses"} 2""",
            "coda_queue_depth 0",
            "coda_requests_in_progress 0",
            "coda_ready 1",
            """coda_model_info{model="example"} 1""",
        })
        {
            Assert.Contains(expected + "\n", text);
        }

        Assert.DoesNotContain("path", text, "Paths that nobody serves are no labels.");
    }

    [TestMethod]
    public void NamesLabelsAndHelpAreEscaped()
    {
        Assert.AreEqual("a_b_c_1", PrometheusText.Name("a.b-c 1"));
        Assert.AreEqual("_1a", PrometheusText.Name("1a"));
        Assert.AreEqual("_", PrometheusText.Name(""));
        Assert.AreEqual("one\\ntwo \\\\ \"three\"", PrometheusText.Help("one\ntwo \\ \"three\""));
        Assert.AreEqual("""a="x\\y\"z\nw",b="2" """.TrimEnd(), PrometheusText.Labels([new("b", 2), new("a", "x\\y\"z\nw")]));
        Assert.AreEqual("a=\"\"", PrometheusText.Labels([new("a", null)]));
        CollectionAssert.AreEqual(
            new[] { "+Inf", "-Inf", "NaN", "0.001", "1E+30" }, new[] { double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.001, 1e30 }.Select(PrometheusText.Number).ToArray());
    }

    [TestMethod]
    public void ServicesInOneProcessCountForThemselves()
    {
        using var one = new ServiceMetrics();
        using var other = new ServiceMetrics();
        using var exporter = new PrometheusExporter(one.Meter);
        one.Analyzed("window", 3);
        other.Analyzed("window", 5);
        one.Analyzed("window", 4);
        Assert.Contains("coda_analyses_total{form=\"window\"} 7\n", exporter.Text());
        Assert.Contains("coda_batch_size_bucket{kind=\"window\",le=\"2\"} 0\n", exporter.Text());
        Assert.Contains("coda_batch_size_bucket{kind=\"window\",le=\"4\"} 2\n", exporter.Text());
        Assert.Contains("coda_batch_size_sum{kind=\"window\"} 7\n", exporter.Text());
    }

    [GeneratedRegex("""^(# HELP [a-z_]+ \S.*|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{[a-z]+="([^"\\]|\\["\\n])*"(,[a-z]+="([^"\\]|\\["\\n])*")*\})? (\d+(\.\d+)?(E[+-]\d+)?))$""")]
    private static partial Regex Line();
}
