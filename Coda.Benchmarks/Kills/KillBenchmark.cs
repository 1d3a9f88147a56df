using System.Diagnostics;
using System.Globalization;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Kills;

/// <summary>Kills commands at random points of what they do to files and stores, and looks at what they leave.</summary>
internal static class KillBenchmark
{
    /// <summary>The first argument.</summary>
    public const string Verb = "kills";

    private const int Default = 100;
    private const string Options = "a number of kills, --seed SEED, --workers N, --only NAME;NAME, or --replay NAME POINT...";

    /// <summary>Runs them.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="arguments">How many kills; <c>--seed SEED</c>, <c>--workers N</c>, <c>--only NAME;NAME</c>; or <c>--replay</c>, a name and points.</param>
    /// <returns>How many things came of it that must not.</returns>
    /// <exception cref="ArgumentException">An argument is unknown.</exception>
    /// <exception cref="InvalidOperationException">There is no C compiler, or a command fails that nobody disturbs.</exception>
    public static int Run(TextWriter output, string[] arguments)
    {
        var folder = Path.GetFullPath(Path.Combine("out", "kills"));
        var bed = Path.Combine(folder, "bed");
        KillScenes.MakeBed(bed);
        if (arguments is ["--replay", var name, .. var points])
        {
            using var one = new KillWorker(folder, 0);
            var scene = Scene(name);
            var runner = one.Of(scene, bed);
            return KillReport.Write(output, [(scene, runner.Counts.Sum(), [runner.Run([.. points.Select(KillPoint.Parse)])])]);
        }

        var (kills, seed, workers, scenes) = (Default, 1UL, 2, KillScenes.All);
        string[][] pairs = arguments is [var count, .. var rest] && int.TryParse(count, CultureInfo.InvariantCulture, out kills)
            ? [.. rest.Chunk(2)] : [.. arguments.Chunk(2)];
        kills = kills > 0 ? kills : Default;
        foreach (var pair in pairs)
        {
            switch (pair)
            {
                case ["--seed", var number]:
                    seed = ulong.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["--workers", var number]:
                    workers = int.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["--only", var names]:
                    scenes = [.. names.Split(';').Select(Scene)];
                    break;
                default:
                    throw new ArgumentException($"Expected {Options}, got '{string.Join(' ', pair)}'.");
            }
        }

        var watch = Stopwatch.StartNew();
        var faults = KillReport.Write(output, All(scenes, bed, folder, (kills, seed, workers)));
        output.WriteLine(FormattableString.Invariant($"{faults} of them must not be; seed {seed}; {watch.Elapsed.TotalMinutes:F1} minutes."));
        return faults;
    }

    private static KillScene Scene(string name) => KillScenes.All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"Expected one of {string.Join("; ", KillScenes.All.Select(s => s.Name))}, got '{name}'.");

    // Each worker takes its share of every command's kills.
    private static List<(KillScene, long, IReadOnlyList<KillResult>)> All(
        IReadOnlyList<KillScene> scenes, string bed, string folder, (int Kills, ulong Seed, int Workers) how)
    {
        var found = scenes.Select(_ => new List<KillResult>()).ToList();
        var points = new long[scenes.Count];
        var shares = (double)scenes.Sum(s => s.Share);
        Parallel.For(0, how.Workers, new ParallelOptions { MaxDegreeOfParallelism = how.Workers }, worker =>
        {
            using var own = new KillWorker(folder, worker);
            for (var i = 0; i < scenes.Count; i++)
            {
                var runner = own.Of(scenes[i], bed);
                points[i] = runner.Counts.Sum();
                var wanted = (int)Math.Ceiling(how.Kills * scenes[i].Share / shares / how.Workers);
                for (var (trial, done) = (worker, 0); done < wanted; trial += how.Workers)
                {
                    var result = runner.Run(new CounterRandom(how.Seed, i, trial));
                    done += result.Points.Count;
                    lock (found)
                    {
                        found[i].Add(result);
                    }

                    foreach (var (verdict, detail) in result.Faults)
                    {
                        Console.Error.WriteLine($"{scenes[i].Name}, {string.Join(' ', result.Points)}: {verdict}: {detail}");
                    }
                }

                lock (found)
                {
                    Console.Error.WriteLine($"worker {worker}: {scenes[i].Name}: {found[i].Sum(r => r.Points.Count)} kills so far");
                }
            }
        });
        return [.. scenes.Select((scene, i) => (scene, points[i], (IReadOnlyList<KillResult>)found[i]))];
    }
}
