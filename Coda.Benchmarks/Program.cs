using System.Globalization;
using Coda.Benchmarks.Archives;
using Coda.Benchmarks.Classical;
using Coda.Benchmarks.Cost;
using Coda.Benchmarks.Coverage;
using Coda.Benchmarks.Curves;
using Coda.Benchmarks.Devices;
using Coda.Benchmarks.Differences;
using Coda.Benchmarks.Faults;
using Coda.Benchmarks.Following;
using Coda.Benchmarks.Impact;
using Coda.Benchmarks.Inference;
using Coda.Benchmarks.Joint;
using Coda.Benchmarks.Kills;
using Coda.Benchmarks.Service;
using Coda.Benchmarks.Training;
using Coda.Cli;

// dotnet run -c Release --project Coda.Benchmarks -- [NAME]...; all of them without a name.
// The benchmarks of scale go up to 10^7 observations, or to CODA_SCALE.
// That of local analyses goes up to squares of 513 points a side, or of CODA_SIDE.
// The analysis benchmark reads the demo's model, out/demo/model; run the demo first, or name another folder in CODA_MODEL;
// those of cost, rings, forecasts, settings and the service take the released lorenz96 instead.
// `gpu` proves what runs on a GPU (--dry: the script itself, in small, on the CPU); `gpu-training FOLDER` trains on the quasi-geostrophic flow there for at most eight minutes (--dry: in small, on the CPU).
// `curves` draws the time of everything against its sizes, prints exponents, and fails where one is greater than it must be:
// curves [--quick] [--output FOLDER] [--only WORD]...; it runs by its name only.
// `faults` damages every kind of file and runs by its name only: faults [--seeds N] [--first SEED] [--kinds NAME,NAME] [--workers N],
// or faults --replay KIND MUTATION SEED.
// `kills` kills commands at random points of what they do to files and stores, and runs by its name only: kills [N] [--seed SEED] [--workers N]
// [--only NAME;NAME], or kills --replay NAME POINT... It needs a C compiler (Debian: gcc).
// `differences` says how often identical methods are called different, and fails where that is too often; it runs by its name only.
// `follow` takes streams where nats-server is (Debian: nats-server); `follow-day` simulates a day, or CODA_HOURS of it.
// `coverage` calibrates bands in twelve settings and holds them to their truths: coverage [--draw N] [NUMBER]... of the settings, from 0; a draw has seeds of its own.
// `drift` lets errors double on the way, and tells what bands cover then that follow and that do not, and when there is an alarm.
// `coverage` calibrates bands in twelve settings and holds them to their truths: coverage [NUMBER]... of the settings, from 0.
// `ranks` needs mpirun.mpich (Debian: mpich).
// The peers of the cost benchmark need python3-torch and python3-onnx and, with CODA_DAPPER=FOLDER of a checkout, python3-scipy.
var model = Environment.GetEnvironmentVariable("CODA_MODEL") ?? Path.Combine("out", "demo", "model");
if (args is [EngineRun.Verb, .. var task])
{
    EngineRun.Run(task);
    return 0;
}

if (args is [RanksBenchmark.Verb, .. var rank])
{
    RanksBenchmark.RunRank(Console.Out, rank);
    return 0;
}

if (args is [CodaProcess.Verb, .. var words])
{
    return CodaCommandLine.Run(words, Console.Out, Console.Error, CancellationToken.None, () => Environment.Exit(1));
}

if (args is [FaultWorker.Verb, var faultFolder])
{
    FaultWorker.Run(faultFolder);
    return 0;
}

if (args is ["faults", .. var faultArguments])
{
    return FaultBenchmark.Run(Console.Out, faultArguments) == 0 ? 0 : 1;
}

if (args is [KillBenchmark.Verb, .. var killArguments])
{
    return KillBenchmark.Run(Console.Out, killArguments) == 0 ? 0 : 1;
}

if (args is [CurveBenchmark.Verb, .. var curveArguments])
{
    return CurveBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96", curveArguments);
}

if (args is ["differences"])
{
    return DifferenceBenchmark.Run(Console.Out) ? 0 : 1;
}

var benchmarks = new SortedDictionary<string, Action>(StringComparer.Ordinal)
{
    ["analysis"] = () => AnalysisBenchmark.Run(Console.Out, model),
    ["archive"] = () =>
    {
        ArchiveBenchmark.Run(Console.Out);
        EngineBenchmark.Run(Console.Out);
    },
    ["cost"] = () => CostBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96"),
    ["drift"] = () => DriftBenchmark.Run(Console.Out),
    ["coverage"] = () => CoverageBenchmark.Run(Console.Out, []),
    ["ensemble"] = () => EnsembleBenchmark.Run(Console.Out),
    ["follow"] = () => FollowBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96", seconds: 60),
    ["follow-day"] = () => FollowBenchmark.RunDay(Console.Out, SimulatedHours()),
    ["forecast"] = () => ForecastBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96"),
    ["field-network"] = () => FieldNetworkBenchmark.Run(Console.Out, LargestSide()),
    ["impact"] = () => ImpactBenchmark.Run(
        Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96", "lorenz96-settings",
        Environment.GetEnvironmentVariable("CODA_METHODS")?.Split(';')),
    ["joint"] = () => JointBenchmark.Run(Console.Out, Path.Combine("out", "joint.png")),
    ["learned"] = () => LearnedBenchmark.Run(Console.Out),
    ["local"] = () => LocalAnalysisBenchmark.Run(Console.Out, LargestSide()),
    ["online"] = () => OnlineBenchmark.Run(Console.Out),
    ["ranks"] = () => RanksBenchmark.Run(Console.Out),
    ["ring"] = () => RingBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96"),
    ["scale"] = () => ScaleBenchmark.Run(Console.Out, Scale()),
    ["scale-s3"] = () => ScaleBenchmark.RunStored(Console.Out, Scale()),
    ["service"] = () => ServiceBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96"),
    ["settings"] = () => SettingsBenchmark.Run(Console.Out, Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96"),
    ["smoother"] = () => SmootherBenchmark.Run(Console.Out),
    ["step"] = () => StepBenchmark.Run(Console.Out),
    ["training"] = () => TrainingBenchmark.Run(Console.Out),
};

if (args is [GpuBenchmark.Verb, .. var mode] && mode is [] or [GpuBenchmark.Dry])
{
    var scope = new GpuScope { ModelName = Environment.GetEnvironmentVariable("CODA_MODEL") ?? "lorenz96", IsDry = mode is not [] };
    return GpuBenchmark.Run(Console.Out, scope) ? 0 : 1;
}

if (args is [FieldTraining.Verb, var trained, .. var how] && how is [] or ["--dry"])
{
    FieldTraining.Run(Console.Out, how is [] ? new FieldTrainingSettings(trained) : FieldTrainingSettings.Dry(trained));
    return 0;
}

if (args is ["coverage", _, ..])
{
    var (draw, numbers) = args is [_, "--draw", var given, ..] ? (given, args.Skip(3)) : ("0", args.Skip(1));
    CoverageBenchmark.Run(
        Console.Out, [.. numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture))], ulong.Parse(draw, CultureInfo.InvariantCulture));
    return 0;
}

foreach (var name in args.Length > 0 ? args : [.. benchmarks.Keys])
{
    if (!benchmarks.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"Expected one of {string.Join(", ", benchmarks.Keys.Append("faults"))}, got '{name}'.");
        return 2;
    }

    Console.WriteLine($"== {name}");
    run();
}

return 0;

static long Scale() => long.Parse(Environment.GetEnvironmentVariable("CODA_SCALE") ?? "10000000", CultureInfo.InvariantCulture);

static int SimulatedHours() => int.Parse(Environment.GetEnvironmentVariable("CODA_HOURS") ?? "24", CultureInfo.InvariantCulture);

static int LargestSide() => int.Parse(Environment.GetEnvironmentVariable("CODA_SIDE") ?? "513", CultureInfo.InvariantCulture);
