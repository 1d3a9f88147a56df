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
    public async Task LabelsAreEscaped()
    {
        var metrics = new ServiceMetrics();
        metrics.Rejected("x\\y\"z\nw");
        Assert.Contains("""coda_rejected_requests_total{reason="x\\y\"z\nw"} 1""", await metrics.Text());
    }

    [TestMethod]
    public async Task NumbersAreReadWhenTheyAreAskedForAndKeepTheirDigits()
    {
        var metrics = new ServiceMetrics();
        var value = 1e-30;
        metrics.Gauge("coda_example", "An example.", () => value, ("which", "one"));
        Assert.Contains("# HELP coda_example An example.\n# TYPE coda_example gauge\ncoda_example{which=\"one\"} 1e-30\n", await metrics.Text());
        value = 0.1 + 0.2;
        Assert.Contains("coda_example{which=\"one\"} 0.30000000000000004\n", await metrics.Text());
    }

    [TestMethod]
    public async Task CountsFromManyThreadsAreExact()
    {
        var metrics = new ServiceMetrics();
        Parallel.For(0, 20_000, i => metrics.Analyzed(i % 2 == 0 ? "window" : "stretch", 3));
        var text = await metrics.Text();
        Assert.Contains("coda_analyses_total{form=\"window\"} 30000\n", text);
        Assert.Contains("coda_batch_size_sum{kind=\"stretch\"} 30000\n", text);
        Assert.Contains("coda_batch_size_bucket{kind=\"stretch\",le=\"4\"} 10000\n", text);
        Assert.Contains("coda_batch_size_count{kind=\"stretch\"} 10000\n", text);
    }

    [TestMethod]
    public async Task ServicesInOneProcessCountForThemselves()
    {
        var (one, other) = (new ServiceMetrics(), new ServiceMetrics());
        one.Analyzed("window", 3);
        other.Analyzed("window", 5);
        one.Analyzed("window", 4);
        var text = await one.Text();
        Assert.Contains("coda_analyses_total{form=\"window\"} 7\n", text);
        Assert.Contains("coda_batch_size_bucket{kind=\"window\",le=\"2\"} 0\n", text);
        Assert.Contains("coda_batch_size_bucket{kind=\"window\",le=\"4\"} 2\n", text);
        Assert.Contains("coda_batch_size_sum{kind=\"window\"} 7\n", text);
    }

    // Every name begins with coda_: nothing of the process, the runtime or the package gets in.
    [GeneratedRegex(
        """^(# HELP coda_[a-z_]+ \S.*|# TYPE coda_[a-z_]+ (counter|gauge|histogram)|"""
        + """coda_[a-z_]+(\{[a-z]+="([^"\\]|\\["\\n])*"(,[a-z]+="([^"\\]|\\["\\n])*")*\})? (\d+(\.\d+)?(e[+-]\d+)?))$""")]
    private static partial Regex Line();
}
