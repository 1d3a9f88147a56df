using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Classical;

/// <summary>
/// The Gauss-Newton methods on Lorenz-96 as in the default twin experiment, with one worker: milliseconds per step and pass of the iterated smoother by size,
/// and per window of 4D-Var, cold and warm. The processor's time, the least of several repetitions, for a machine that does other things too.
/// </summary>
public static class SmootherBenchmark
{
    private const int Steps = 500;
    private const int FewSteps = 200; // for many sites
    private const int MostSites = 200; // that all repetitions are for
    private const int Repetitions = 7;
    private const int FewRepetitions = 3;
    private const int WindowRepetitions = 50; // of little work, which is compiled for good after some dozens only

    /// <summary>Runs the measurements.</summary>
    /// <param name="output">Where the tables go.</param>
    public static void Run(TextWriter output)
    {
        Write(output, "| iterated smoother, sites K | passes | ms per step and pass | spread, ms per step |");
        Write(output, "|---|---|---|---|");
        foreach (var size in new[] { 20, 40, 80, 160 })
        {
            var (report, pass, spread) = Smoother(size, Steps, SmootherSolver.Dense);
            Write(output, FormattableString.Invariant($"| {size} | {report.Passes} | {pass:F4} | {spread:F4} |"));
        }

        Write(output, "\n| iterated smoother, sites K | solver | passes | iterations | µs per site, step and pass | spread, µs per site and step |");
        Write(output, "|---|---|---|---|---|---|");
        foreach (var (size, solver) in new[]
        {
            (40, SmootherSolver.Dense), (160, SmootherSolver.Dense), (320, SmootherSolver.Dense),
            (160, SmootherSolver.Tiled), (320, SmootherSolver.Tiled), (640, SmootherSolver.Tiled), (2560, SmootherSolver.Tiled),
        })
        {
            var (report, pass, spread) = Smoother(size, FewSteps, solver);
            Write(output, string.Create(
                CultureInfo.InvariantCulture,
                $"| {size} | {solver.ToString().ToLowerInvariant()} | {report.Passes} | {report.Iterations} | {1e3 * pass / size:F2} | "
                    + $"{1e3 * spread / size:F2} |"));
        }

        Write(output, "\n| strong 4D-Var, K = 40, half-width | ms per window, warm | ms per window, cold |");
        Write(output, "|---|---|---|");
        foreach (var halfWidth in new[] { 12, 25, 50 })
        {
            var (cold, warm) = Windows(halfWidth);
            Write(output, FormattableString.Invariant($"| {halfWidth} | {warm:F3} | {cold:F3} |"));
        }

        Write(output, "\n| K = 40 | ms per step |");
        Write(output, "|---|---|");
        foreach (var name in new[] { "extended-kalman-filter", "three-dvar" })
        {
            var twin = Twin(40, Steps, 1);
            Write(output, FormattableString.Invariant($"| {name} | {PerStep(twin, Archive(twin), new Component(name)):F4} |"));
        }
    }

    private static (StretchReport Report, double Pass, double Spread) Smoother(int size, int steps, SmootherSolver solver)
    {
        var twin = Twin(size, steps, 1);
        var archive = Archive(twin);
        var guess = new ShiftedTruth(twin);
        var reports = new List<StretchReport>();
        var (without, with) = (Method(hasSpread: false), Method(hasSpread: true));
        var times = Least(size > MostSites ? FewRepetitions : Repetitions, without, with);
        return (reports[^1], times[0] / reports[^1].Passes / steps, (times[1] - times[0]) / steps);

        Action Method(bool hasSpread)
        {
            var method = new IteratedExtendedSmoother(new AnalysisContext(archive), new() { HasSpread = hasSpread, Solver = solver }, guess);
            return () => Drain(method.Analyze(archive, new AnalysisRequest { Workers = 1 }, reports.Add));
        }
    }

    // A piece of a record is one cold window and many warm ones, so that two lengths of record tell them apart.
    private static (double Cold, double Warm) Windows(int halfWidth)
    {
        const int Few = 10;
        const int Many = 110;
        var options = new JsonObject { ["halfWidth"] = halfWidth };
        var twin = Twin(40, 2000, 1);
        var archive = Archive(twin);
        var times = Least(WindowRepetitions, Windows(Few), Windows(Many));
        var warm = (times[1] - times[0]) / (Many - Few);
        return (times[0] - ((Few - 1) * warm), warm);

        Action Windows(int count)
        {
            // From the start of the second piece of the record, where windows are whole.
            var request = new AnalysisRequest { Workers = 1, Steps = new Data.Time.StepRange(128, 128 + count) };
            var method = AssimilationMethod.Catalog.Create(new Component("strong-four-dvar", options), new AnalysisContext(archive));
            return () => Drain(method.Analyze(archive, request));
        }
    }

    private static double PerStep(TwinExperiment twin, IObservationArchive archive, Component component)
    {
        var method = AssimilationMethod.Catalog.Create(component, new AnalysisContext(archive));
        return Least(Repetitions, () => Drain(method.Analyze(archive, new AnalysisRequest { Workers = 1 })))[0] / twin.StepCount;
    }

    // In turns, so that those that are compared meet the same machine.
    private static double[] Least(int repetitions, params Action[] actions)
    {
        double[] least = [.. actions.Select(_ => double.PositiveInfinity)];
        for (var i = 0; i < repetitions * actions.Length; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            actions[i % actions.Length]();
            least[i % actions.Length] = Math.Min(least[i % actions.Length], (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        return least;
    }

    private static void Drain(IEnumerable<StateBlock> blocks)
    {
        foreach (var block in blocks)
        {
            GC.KeepAlive(block);
        }
    }

    private static TwinExperiment Twin(int size, int steps, int trajectories) => new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = size }),
        StepCount = steps,
        TrajectoryCount = trajectories,
        Seed = 12,
    };

    private static MemoryArchive Archive(TwinExperiment twin) => new(twin.Describe(), twin.Observations());

    private static void Write(TextWriter output, string line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
