using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Coda.Benchmarks.Inference;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;

namespace Coda.Benchmarks.Service;

/// <summary>
/// A service on the loopback address under several numbers of clients that each ask again as soon as they are answered, against bare analyses of a record in
/// memory by as many workers. Clients and service share the machine. The bare rate is measured before and after each row, so that what else the machine does
/// falls on both; the ratio by the processors' time, of clients and service together, holds on a busy machine too.
/// </summary>
public static class ServiceBenchmark
{
    private const int StretchSteps = 256;
    private const int ShapeRuns = 40;

    private static readonly int[] Clients = [1, 4, 16, 64];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Runs the load test.</summary>
    /// <param name="output">Where the tables go.</param>
    /// <param name="modelFolder">A model's folder or name.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        using var model = OnnxModel.Open(modelFolder);
        Shapes(output, model);
        var service = CodaService.StartAsync(model, new ServiceSettings { Port = 0 }, TextWriter.Null, TimeProvider.System).GetAwaiter().GetResult();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients[^1] }) { BaseAddress = service.Address };
        var window = (2 * model.Card.HalfWidth) + 1;
        Run(output, model, client, $"one step from a window of {window}", Body(model, window, new StepRange(model.Card.HalfWidth, model.Card.HalfWidth + 1)),
            1);
        Run(output, model, client, $"all of a record of {StretchSteps} steps", Body(model, StretchSteps, null), StretchSteps);
        service.StopAsync().GetAwaiter().GetResult();
    }

    // What one run of each shape costs, and how far the two forms of the network are apart.
    private static void Shapes(TextWriter output, OnnxModel model)
    {
        output.WriteLine($"One run of {model.Card.Name}, one thread, the fastest of {ShapeRuns}: ms for each analysis");
        var forms = model.Has(ModelRoles.AnalysisStretch)
            ? new[] { (IsStretch: false, Steps: new[] { 1, 2, 4, 8, 16 }), (true, [16, 32, 48, 64]) } : [(false, [1, 2, 4, 8, 16])];
        foreach (var (isStretch, shapes) in forms)
        {
            var costs = shapes.Select(steps => string.Create(CultureInfo.InvariantCulture, $"{steps}: {Cost(model, isStretch, steps):f3}"));
            output.WriteLine($"  {(isStretch ? "steps of a stretch" : "windows")}   {string.Join("   ", costs)}");
        }

        if (forms.Length > 1)
        {
            var archive = AnalysisBenchmark.Record(model.Card, 300);
            float[] Of(NetworkForm form) =>
                [.. new NetworkMethod(new AnalysisContext(archive, model), new() { Form = form }).Analyze(archive).SelectMany(b => b.States.ToArray())];
            var difference = Of(NetworkForm.Stretch).Zip(Of(NetworkForm.Window)).Max(p => Math.Abs(p.First - p.Second));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  greatest difference between the forms in 300 analyses: {difference:E1}"));
        }
    }

    private static double Cost(OnnxModel model, bool isStretch, int steps)
    {
        using var run = new BoundNetwork(model, isStretch, steps);
        var best = double.MaxValue;
        for (var i = 0; i < ShapeRuns; i++)
        {
            var watch = Stopwatch.StartNew();
            run.Run();
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds / steps);
        }

        return best;
    }

    private static void Run(TextWriter output, OnnxModel model, HttpClient client, string what, byte[] body, int steps)
    {
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"Requests for {what} ({model.Card.Name}, {body.Length / 1024.0:f0} kB of JSON), "
                + $"{Environment.ProcessorCount} workers"));
        output.WriteLine("  clients   p50 ms   p99 ms   requests/s   analyses/s   of bare   of bare by CPU time");
        Load(client, body, Clients[^1], TimeSpan.FromSeconds(1));
        var before = Bare(model);
        foreach (var clients in Clients)
        {
            var (times, seconds, cpu) = Load(client, body, clients, Duration);
            var after = Bare(model);
            var (rate, byCpu) = (times.Length / seconds, times.Length * steps / cpu);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {clients,7}   {times[times.Length / 2],6:f2}   {times[times.Length * 99 / 100],6:f2}   {rate,10:f0}   {rate * steps,10:f0}   "
                    + $"{2 * rate * steps / (before.Rate + after.Rate),7:f2}   {2 * byCpu / (before.ByCpu + after.ByCpu),19:f2}"));
            before = after;
        }
    }

    // The times of all requests in ms, sorted, the seconds that they took together, and the processors' for clients and service.
    private static (double[] Times, double Seconds, double CpuSeconds) Load(HttpClient client, byte[] body, int clients, TimeSpan duration)
    {
        var times = new ConcurrentBag<double>();
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        Task.WaitAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < duration)
            {
                var start = watch.Elapsed;
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using var reply = await client.PostAsync("/v1/analyses", content);
                await reply.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                times.Add((watch.Elapsed - start).TotalMilliseconds);
            }
        })).ToArray());
        return ([.. times.Order()], watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    // Analyses a second of a record in memory, and a second of the processors' time.
    private static (double Rate, double ByCpu) Bare(OnnxModel model)
    {
        var archive = AnalysisBenchmark.Record(model.Card, 2048);
        var method = new NetworkMethod(new AnalysisContext(archive, model), new());
        var (watch, cpu, analyses) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0L);
        while (watch.Elapsed < Duration / 4)
        {
            analyses += method.Analyze(archive).Sum(block => (long)block.Count);
        }

        return (analyses / watch.Elapsed.TotalSeconds, analyses / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static byte[] Body(OnnxModel model, int steps, StepRange? asked)
    {
        var (sites, observations) = (model.Card.SiteCount, AnalysisBenchmark.Record(model.Card, steps).ReadObservations(0, new StepRange(0, steps)));
        var rows = Enumerable.Range(0, steps).Select(row => Enumerable.Range(0, sites).Select(site => Value(observations, (row * sites) + site)));
        return asked is { } range
            ? JsonSerializer.SerializeToUtf8Bytes(new { rows, steps = new { start = range.Start, end = range.End } })
            : JsonSerializer.SerializeToUtf8Bytes(new { rows });
    }

    private static float? Value(ObservationStretch observations, int at) => observations.Mask[at] != 0 ? observations.Values[at] : null;
}
