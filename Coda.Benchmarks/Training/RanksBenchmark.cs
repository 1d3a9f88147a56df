using System.Diagnostics;
using System.Globalization;
using Coda.Clusters.Launching;
using Coda.Clusters.Ranks;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Benchmarks.Training;

/// <summary>Whole training steps of the demo's network on ranks of one thread each, as processes of this machine, against one rank and against
/// threads.</summary>
internal static class RanksBenchmark
{
    /// <summary>The first argument of a process that is a rank, or is alone.</summary>
    public const string Verb = "ranks-run";

    private const string Launching = "mpirun.mpich";
    private const int Steps = 25;
    private const int Rounds = 3;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    // The ways take turns and the best step of each counts, so that what else the machine does falls on all.
    public static void Run(TextWriter output)
    {
        var ways = new[] { (Ranks: 1, Threads: 1), (Ranks: 2, Threads: 1), (Ranks: 1, Threads: 2) };
        foreach (var precision in new[] { ConvolutionPrecision.Float32, ConvolutionPrecisions.Fastest }.Distinct())
        {
            var measured = ways.ToDictionary(way => way, _ => new List<double[]>());
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var way in ways)
                {
                    measured[way].Add(Measure(way.Ranks, way.Threads, precision));
                }
            }

            var one = Best(measured[(1, 1)], 0);
            foreach (var (ranks, threads) in ways)
            {
                var all = measured[(ranks, threads)];
                output.WriteLine(string.Create(
                    Invariant,
                    $"training step, {precision}, {ranks} rank{(ranks > 1 ? "s" : "")} of {threads} thread{(threads > 1 ? "s" : "")}: "
                    + $"best {Best(all, 0):F1} ms, "
                    + $"median {Best(all, 1):F1}, of them among ranks {Best(all, 2):F1}; {one / Best(all, 0):F2} times one rank"));
            }
        }
    }

    /// <summary>What is missing for ranks to be started here; nothing where all is there.</summary>
    public static string? Lacks =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Launching)))
            ? null : $"no {Launching} (Debian: mpich)";

    /// <summary>The processor's time that all ranks of one thread together take for a step, without what they wait for each other, in microseconds.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="precision">Of the convolutions.</param>
    public static double WorkOfAll(int ranks, ConvolutionPrecision precision) => 1000 * ranks * Measure(ranks, 1, precision)[3];

    /// <summary>One rank: trains some steps, and prints the best and the median step, the median time that it spent with the others, and the least processor's
    /// time of a step without that, in ms.</summary>
    /// <param name="output">Where to, on rank 0.</param>
    /// <param name="arguments">The number of threads; the precision.</param>
    public static void RunRank(TextWriter output, string[] arguments)
    {
        var launched = Launcher.Find(Environment.GetEnvironmentVariable);
        var joined = launched is null ? null : MpiRanks.Join(launched);
        var ranks = new MeasuredRanks((IRankGroup?)joined ?? OneRank.Instance);
        var twin = new TwinExperiment { TrajectoryCount = 40, StepCount = 600 };
        var experiment = new Experiment
        {
            Parameters = [new TrainedParameter("F", 6)],
            Steps = Steps,
            ValidationInterval = 1000,
            CheckpointInterval = 1000,
            Precision = Enum.Parse<ConvolutionPrecision>(arguments[1]),
        };
        var path = Path.Combine(Path.GetTempPath(), $"coda-ranks-{Environment.ProcessId}.safetensors");
        var watch = new StepWatch(ranks);
        try
        {
            var stage = new JointStage(experiment, new MemoryArchive(twin.Describe(), twin.Observations()));
            using var loop = new TrainingLoop(stage, path, threads: int.Parse(arguments[0], Invariant), ranks: ranks) { Recorder = watch };
            loop.Run();
        }
        finally
        {
            File.Delete(path);
        }

        if (ranks.Rank == 0)
        {
            output.WriteLine(string.Join(' ', watch.Times().Select(time => time.ToString("R", Invariant))));
        }

        joined?.Leave(0, "", _ => { });
    }

    private static double Best(List<double[]> rounds, int number) => rounds.Min(round => round[number]);

    private static double[] Measure(int ranks, int threads, ConvolutionPrecision precision)
    {
        string[] own = ["dotnet", typeof(RanksBenchmark).Assembly.Location, Verb, $"{threads}", $"{precision}"];
        string[] line = ranks == 1 ? own : [Launching, "-n", $"{ranks}", .. own];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? [.. text.Split(' ').Select(number => double.Parse(number, Invariant))]
            : throw new InvalidOperationException($"'{string.Join(' ', line)}' failed with exit code {process.ExitCode}.");
    }

    /// <summary>Takes the time that is spent with other ranks, waiting for them included.</summary>
    private sealed class MeasuredRanks(IRankGroup ranks) : IRankGroup
    {
        private readonly Stopwatch _clock = new();
        private TimeSpan _spent;

        public int Rank => ranks.Rank;

        public int Size => ranks.Size;

        public double Milliseconds => _clock.Elapsed.TotalMilliseconds;

        /// <summary>The processor's time of everything else so far, in ms.</summary>
        public double OwnMilliseconds => (Environment.CpuUsage.TotalTime - _spent).TotalMilliseconds;

        public byte[][] Gather(ReadOnlySpan<byte> own)
        {
            var before = Environment.CpuUsage.TotalTime;
            _clock.Start();
            var all = ranks.Gather(own);
            _clock.Stop();
            _spent += Environment.CpuUsage.TotalTime - before;
            return all;
        }

        public void Accumulate(float[] sum, Action<int, int> add)
        {
            var before = Environment.CpuUsage.TotalTime;
            _clock.Start();
            ranks.Accumulate(sum, add);
            _clock.Stop();
            _spent += Environment.CpuUsage.TotalTime - before;
        }
    }

    private sealed class StepWatch(MeasuredRanks ranks) : ITrainingRecorder
    {
        private readonly List<(double Whole, double Among, double Own)> _ends = [];
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public bool Takes(int step) => true;

        public void Take(TrainingFigures figures) => _ends.Add((_clock.Elapsed.TotalMilliseconds, ranks.Milliseconds, ranks.OwnMilliseconds));

        public void Save()
        {
        }

        /// <summary>The best and the median step, the median time among ranks and the least own processor's time, without the first steps, in which methods are
        /// compiled.</summary>
        public double[] Times()
        {
            var steps = _ends.Zip(_ends.Skip(1), (start, end) => (Whole: end.Whole - start.Whole, Among: end.Among - start.Among, Own: end.Own - start.Own))
                .Skip(4).ToArray();
            return [steps.Min(s => s.Whole), Median(steps.Select(s => s.Whole)), Median(steps.Select(s => s.Among)), steps.Min(s => s.Own)];
        }

        private static double Median(IEnumerable<double> values) => values.Order().ElementAt((Steps - 5) / 2);
    }
}
