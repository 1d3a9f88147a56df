using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Feeds;
using Coda.Data.Time;
using Coda.Feeds.Nats;
using Coda.Inference.Sessions;
using Coda.Workflows.Following;
using Coda.Workflows.Progress;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Coda.Benchmarks.Following;

/// <summary>
/// 1,000 observations a second, followed by a network of windows as nowcasts: the time from an observation's arrival (its file renamed, its message
/// acknowledged by the server) until newest.json with the analysis of its step is in place. Then a day of them as fast as they can be taken, and the memory by
/// the hour.
/// </summary>
internal static class FollowBenchmark
{
    private const int ObservationsASecond = 1000;
    private const int Sites = 40;
    private const double Fraction = 0.25;

    /// <summary>Measures delays.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelName">The model.</param>
    /// <param name="seconds">How long each feed is followed.</param>
    public static void Run(TextWriter output, string modelName, int seconds)
    {
        using var model = OnnxModel.Open(modelName);
        output.WriteLine($"{modelName} as nowcast, {ObservationsASecond} observations a second for {seconds} s, ms from arrival to newest.json:");
        InFolder(folder => Delays(output, "a folder, a file for each step", model, new FolderSource(folder), StepClosing.Batch, seconds, folder));
        if (!StreamServer.IsThere)
        {
            output.WriteLine($"  nats: skipped, {StreamServer.Program} is not on the PATH (Debian: nats-server)");
            return;
        }

        foreach (var (name, isStep) in new[] { ("nats, a message for each step", true), ("nats, one for each observation", false) })
        {
            InFolder(folder =>
            {
                using var source = new StreamSource(folder, isStep);
                Delays(output, name, model, source, isStep ? StepClosing.Batch : StepClosing.Next, seconds, folder);
            });
        }
    }

    /// <summary>Simulates a day, and tells the memory by the hour.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="hours">The hours of the day.</param>
    public static void RunDay(TextWriter output, int hours)
    {
        using var small = OnnxModel.Open("lorenz96-small");
        InFolder(folder => Day(output, small, hours, folder));
    }

    private static void Delays(
        TextWriter output, string name, OnnxModel model, ISource source, StepClosing close, int seconds, string folder)
    {
        var (record, published) = (new ArrivingRecord(Fraction), new ConcurrentQueue<(long Step, long At)>());
        var arrived = new List<(long Step, long At, int Count)>();
        var stepsASecond = (int)(ObservationsASecond / (Sites * Fraction));
        var last = (long)stepsASecond * seconds;
        var job = new FollowJob(model, source.Open, Path.Combine(folder, "out"))
        {
            Close = close, Until = last - 2, Published = newest => published.Enqueue((newest.Trajectories.Count > 0 ? newest.Trajectories[0].Step : -1,
                Stopwatch.GetTimestamp())),
        };
        source.Begin();
        var start = Stopwatch.GetTimestamp();
        var following = Task.Factory.StartNew(() => FollowWorkflow.Run(job, new SilentProgress()), TaskCreationOptions.LongRunning);
        for (var step = 0L; step < last; step++)
        {
            Until(start, step / (double)stepsASecond);
            ObservationRow[] rows = [.. record.Rows(new StepRange(step, step + 1))];
            source.Arrive(step, rows);
            arrived.Add((step, Stopwatch.GetTimestamp(), rows.Length));
        }

        var result = following.GetAwaiter().GetResult();
        // But for the first second, in which code is compiled.
        var delays = Delays(arrived.Where(a => a.Step >= stepsASecond && a.Step <= job.Until), published);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-32} p50 {Of(delays, 0.5):F1}   p99 {Of(delays, 0.99):F1}   most {Of(delays, 1):F1}   of {delays.Count:N0} observations, "
                + $"late {result.Newest.Late}"));
    }

    private static List<double> Delays(IEnumerable<(long Step, long At, int Count)> arrived, ConcurrentQueue<(long Step, long At)> published)
    {
        var (delays, waiting) = (new List<double>(), new Queue<(long Step, long At, int Count)>(arrived));
        foreach (var (step, at) in published)
        {
            while (waiting.TryPeek(out var next) && next.Step <= step)
            {
                waiting.Dequeue();
                delays.AddRange(Enumerable.Repeat(Stopwatch.GetElapsedTime(next.At, at).TotalMilliseconds, next.Count));
            }
        }

        delays.Sort();
        return delays;
    }

    private static double Of(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    // All sites seen, 25 steps a second, a second in each batch.
    private static void Day(TextWriter output, OnnxModel model, int hours, string folder)
    {
        const int AnHour = 3600;
        output.WriteLine($"{model.Card.Name} as nowcast, {hours} h of {ObservationsASecond} observations a second as fast as they are taken:");
        var (record, start) = (new ArrivingRecord(1), Stopwatch.GetTimestamp());
        var job = new FollowJob(model, _ => new SimulatedFeed(record, ObservationsASecond / Sites, (long)hours * AnHour), Path.Combine(folder, "out"))
        {
            Once = true, SealEvery = 10_000,
        };
        var told = 0L;
        FollowWorkflow.Run(job with { Published = newest => told = Tell(output, newest, told, start) }, new SilentProgress());
        var parts = new DirectoryInfo(Path.Combine(folder, "out", "analyses")).GetFiles();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {parts.Length} parts, {parts.Sum(p => p.Length) / 1e6:F0} MB"));

        static long Tell(TextWriter output, NewestAnalyses newest, long told, long start)
        {
            var hour = newest.Batches / AnHour;
            if (hour > told)
            {
                var managed = GC.GetTotalMemory(forceFullCollection: true);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  after {hour,2} h: {newest.Observations:N0} observations, managed {managed / 1e6:F1} MB, resident {Environment.WorkingSet / 1e6:F0} MB, "
                        + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
            }

            return hour;
        }
    }

    private static void Until(long start, double seconds)
    {
        for (var left = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds; left > 0; left = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            Thread.Sleep(TimeSpan.FromSeconds(Math.Min(left, 0.005)));
        }
    }

    private static void InFolder(Action<string> run)
    {
        var folder = Directory.CreateTempSubdirectory("coda-follow-");
        try
        {
            run(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private interface ISource
    {
        ObservationFeed Open(FeedContext context);

        void Begin();

        void Arrive(long step, ObservationRow[] rows);
    }

    private sealed class FolderSource(string folder) : ISource
    {
        private readonly string _feed = Path.Combine(folder, "feed");

        public ObservationFeed Open(FeedContext context) => new FolderFeed(context, new() { Path = _feed });

        public void Begin() => Directory.CreateDirectory(_feed);

        public void Arrive(long step, ObservationRow[] rows)
        {
            File.WriteAllBytes(Path.Combine(_feed, ".next"), ArrivingRecord.Csv(rows));
            File.Move(Path.Combine(_feed, ".next"), Path.Combine(_feed, $"{step:D9}.csv"));
        }
    }

    private sealed class StreamSource : ISource, IDisposable
    {
        private readonly bool _isStep;
        private readonly StreamServer _server;
        private readonly NatsConnection _connection;
        private readonly NatsJSContext _context;

        public StreamSource(string folder, bool isStep)
        {
            (_isStep, _server) = (isStep, new StreamServer(folder));
            _connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{_server.Port}" });
            _context = new NatsJSContext(_connection);
        }

        public ObservationFeed Open(FeedContext context) => new NatsFeed(context, new() { Address = $"nats://127.0.0.1:{_server.Port}/OBS/obs" });

        public void Begin() => _context.CreateStreamAsync(new StreamConfig("OBS", ["obs"])).AsTask().GetAwaiter().GetResult();

        public void Arrive(long step, ObservationRow[] rows)
        {
            var messages = _isStep ? [ArrivingRecord.Csv(rows)] : rows.Select(row => ArrivingRecord.Csv([row])).ToArray();
            Task.WhenAll(messages.Select(message => _context.PublishAsync("obs", message).AsTask())).GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            _connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _server.Dispose();
        }
    }
}
