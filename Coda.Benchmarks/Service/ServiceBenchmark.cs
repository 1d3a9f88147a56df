using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Coda.Benchmarks.Inference;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;

namespace Coda.Benchmarks.Service;

/// <summary>
/// A service on the loopback address under several numbers of clients that each ask again as soon as they are answered, against bare analyses of a record in memory by as many
/// workers. Clients and service share the machine. The bare rate is measured before and after each row, so that what else the machine does falls on both.
/// </summary>
public static class ServiceBenchmark
{
    private const int StretchSteps = 256;

    private static readonly int[] Clients = [1, 4, 16, 64];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Runs the load test.</summary>
    /// <param name="output">Where the tables go.</param>
    /// <param name="modelFolder">A model's folder or name.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        using var model = OnnxModel.Open(modelFolder);
        var service = CodaService.StartAsync(model, new ServiceOptions { Port = 0 }, TextWriter.Null, TimeProvider.System).GetAwaiter().GetResult();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients[^1] }) { BaseAddress = service.Address };
        var window = (2 * model.Card.HalfWidth) + 1;
        Run(output, model, client, $"one step from a window of {window}", Body(model, window, new StepRange(model.Card.HalfWidth, model.Card.HalfWidth + 1)), 1);
        Run(output, model, client, $"all of a record of {StretchSteps} steps", Body(model, StretchSteps, null), StretchSteps);
        service.StopAsync().GetAwaiter().GetResult();
    }

    private static void Run(TextWriter output, OnnxModel model, HttpClient client, string what, byte[] body, int steps)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Requests for {what} ({model.Card.Name}, {body.Length / 1024.0:f0} kB of JSON), {Environment.ProcessorCount} workers"));
        output.WriteLine("  clients   p50 ms   p99 ms   requests/s   analyses/s   of bare analyses");
        Load(client, body, Clients[^1], TimeSpan.FromSeconds(1));
        var before = Bare(model);
        foreach (var clients in Clients)
        {
            var (times, seconds) = Load(client, body, clients, Duration);
            var after = Bare(model);
            var rate = times.Length / seconds;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {clients,7}   {times[times.Length / 2],6:f2}   {times[times.Length * 99 / 100],6:f2}   {rate,10:f0}   {rate * steps,10:f0}   {rate * steps / ((before + after) / 2),16:f2}"));
            before = after;
        }
    }

    // The times of all requests in ms, sorted, and the seconds that they took together.
    private static (double[] Times, double Seconds) Load(HttpClient client, byte[] body, int clients, TimeSpan duration)
    {
        var times = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
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
        return ([.. times.Order()], watch.Elapsed.TotalSeconds);
    }

    // Analyses a second of a record in memory.
    private static double Bare(OnnxModel model)
    {
        var archive = AnalysisBenchmark.Record(model.Card, 2048);
        var method = new NetworkMethod(new AnalysisContext(archive, model), new());
        var (watch, analyses) = (Stopwatch.StartNew(), 0L);
        while (watch.Elapsed < Duration / 4)
        {
            analyses += method.Analyze(archive).Sum(block => (long)block.Count);
        }

        return analyses / watch.Elapsed.TotalSeconds;
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
