using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Calibrating;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Benchmarks.Coverage;

/// <summary>What bands cover where the errors of observations double on the way, as calibrated and as they follow; and how often there is an alarm.</summary>
internal static class DriftBenchmark
{
    private const double Level = 0.9;
    private const int Steps = 3000;
    private const int DriftAt = 1000;
    private const int Runs = 40;
    private const int Times = 1000;

    /// <summary>Prints a table of each.</summary>
    /// <param name="output">Where to.</param>
    public static void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("coda-bench-").FullName;
        try
        {
            Drift(output, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Alarms(output);
    }

    private static void Drift(TextWriter output, string folder)
    {
        using var model = OnnxModel.Open(ReleasedModels.Find("lorenz96-nowcast"));
        using var calibration = Simulated(Path.Combine(folder, "calibration"), 4, 1500, 5, 0.2);
        var bands = CalibrateWorkflow.Run(new CalibrateJob(calibration)
        {
            Method = new Component("network", new System.Text.Json.Nodes.JsonObject { ["nowcast"] = true }), Model = model, Margin = 100,
            Output = Path.Combine(folder, "bands.json"),
        }, new SilentProgress()).Bands;
        using var record = Simulated(Path.Combine(folder, "record"), 1, Steps, 9, 0);
        output.WriteLine(
            $"lorenz96-nowcast, errors 1, from step {DriftAt} on 2: per cent of new observations, and of the truth, in bands of {100 * Level:G2} %");
        output.WriteLine(
            $"{"steps",-12} {"calibrated: new",16} {"truth",6}   {"0.005: new",10} {"truth",6} {"factor",6}   {"0.02: new",10} {"truth",6} {"factor",6}");
        var tallies = new double?[] { null, 0.005, 0.02 }.Select(rate => Follow(model, record, new(bands, Level, rate))).ToList();
        foreach (var (start, end) in new[] { (100, 1000), (1000, 1050), (1050, 1200), (1200, 1500), (1500, 3000) })
        {
            var cells = tallies.Select(t => t.Where(step => step.Step >= start && step.Step < end).ToList()).Select((t, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"{100.0 * t.Sum(s => s.Hits) / t.Sum(s => s.Count),10:F1} {100 * t.Average(s => s.Covered),6:F1}{(i == 0 ? "" : $" {t[^1].Factor,6:F2}")}"));
            output.WriteLine($"{$"{start} to {end}",-12} {"",5} {string.Join("   ", cells)}");
        }

        foreach (var (name, tally) in new[] { "calibrated", "0.005", "0.02" }.Zip(tallies))
        {
            var alarms = tally.Zip(tally.Skip(1), (before, after) => (before, after)).Where(p => p.before.IsAlarm != p.after.IsAlarm)
                .Select(p => $"{(p.after.IsAlarm ? "begins" : "ends")} {p.after.Step}");
            output.WriteLine($"alarm, {name}: {string.Join(", ", alarms)}");
        }
    }

    private static ParquetArchive Simulated(string path, int trajectories, int steps, ulong seed, double withheld)
    {
        SimulateWorkflow.Run(new SimulateJob(new()
        {
            TrajectoryCount = trajectories, StepCount = steps, Seed = seed, Withheld = new Withholding(withheld, 8),
            ObservingNetwork = new Component("random-fraction", new System.Text.Json.Nodes.JsonObject { ["fraction"] = 0.25 }),
        }, path), new SilentProgress());
        return ParquetArchive.Open(path);
    }

    private static List<Tally> Follow(OnnxModel model, ParquetArchive record, AdaptiveCoverage coverage)
    {
        using var analysis = StreamAnalysis.Of(model);
        var (banded, tallies, random) = (new BandedStream(model.Card, coverage), new List<Tally>(), new CounterRandom(3));
        var (position, known) = ((StreamPosition?)null, (AdaptiveState?)null);
        foreach (var truth in record.ReadStates(ArchiveTable.Truth).SelectMany(block => Enumerable.Range(0, block.Count).Select(block.Row)))
        {
            var observed = record.ReadObservations(0, new StepRange(truth.FirstStep, truth.FirstStep + 1));
            for (var i = 0; truth.FirstStep >= DriftAt && i < observed.Values.Length; i++)
            {
                observed.Values[i] += (float)(observed.Mask[i] * Math.Sqrt(3) * random.NextGaussian());
            }

            var (before, step) = (known?.Times ?? 0, banded.Advance(analysis, position, known, observed));
            (position, known) = (step.To, step.Coverage);
            var (hits, count) = known.Times > before ? (known.Newest[^1].Hits, known.Newest[^1].Count) : (0, 0);
            var covered = Enumerable.Range(0, truth.StateSize).Count(i =>
                Math.Abs(truth.States.Span[i] - step.Analyses.States.Span[i]) <= step.Analyses.Band!.Value.Span[i]) / (double)truth.StateSize;
            tallies.Add(new(truth.FirstStep, hits, count, covered, known.Factor, known.AlarmSince is not null));
        }

        return tallies;
    }

    // Gaussian scores at three sites, half of whose errors are shared and depend on the time before.
    private static void Alarms(TextWriter output)
    {
        output.WriteLine(
            $"\nOf {Runs} runs of {Times} times, Gaussian errors at three sites, half of them shared, of correlation rho from time to time: false alarms;");
        output.WriteLine("then, where errors grow by a factor: how many runs alarm within 150 times, and the median of times until the alarm begins and ends");
        foreach (var (rate, memory) in new (double?, double)[] { (null, 0), (null, 0.5), (null, 0.9), (0.005, 0), (0.005, 0.9) })
        {
            var alarmed = Enumerable.Range(0, Runs).Count(seed => Gaussian(rate, memory, 1, Times, seed).Exists(s => s.AlarmSince is not null));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"rho {memory:F1}, {(rate is null ? "calibrated" : $"rate {rate}")}: {alarmed} of {Runs}"));
        }

        foreach (var scale in new[] { 1.5, 2, 3 })
        {
            var runs = Enumerable.Range(0, Runs).Select(seed => Gaussian(0.005, 0, scale, Times, seed)).ToList();
            var begun = runs.ConvertAll(r => r.FindIndex(Times / 2, s => s.AlarmSince is not null) - (Times / 2));
            var ended = runs.Zip(begun, (r, b) => b < 0 ? -1 : r.FindIndex(b + (Times / 2), s => s.AlarmSince is null) - (Times / 2)).ToList();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"factor {scale}, rate 0.005: {begun.Count(b => b is >= 0 and < 150)} of {Runs}, begins {Median(begun)}, ends {Median(ended)}"));
        }
    }

    private static int Median(List<int> values) => values.Where(v => v >= 0).Order().ToList() is { Count: > 0 } some ? some[some.Count / 2] : -1;

    private static List<AdaptiveState> Gaussian(double? rate, double memory, double scale, int times, int seed)
    {
        var quantile = ConformalQuantile.OfNormal(Level);
        var (coverage, random, states) = (new AdaptiveCoverage(GaussianBands(), Level, rate), new CounterRandom((ulong)seed), new List<AdaptiveState>());
        var (at, z) = (coverage.Start, random.NextGaussian());
        for (var t = 0; t < times; t++)
        {
            z = (memory * z) + (Math.Sqrt(1 - (memory * memory)) * random.NextGaussian());
            var (shared, size) = (z, t < times / 2 ? 1 : scale);
            double[] scores = [.. Enumerable.Range(0, 3).Select(_ => size * Math.Abs((shared + random.NextGaussian()) / Math.Sqrt(2)) / quantile)];
            at = coverage.Next(at, t, scores);
            states.Add(at);
        }

        return states;
    }

    private static CoverageBands GaussianBands()
    {
        double[] levels = [0.8, Level, 0.95];
        return new()
        {
            Table = ArchiveTable.Analyses, Origin = [], Levels = levels, StateSize = 1, Correlations = [], Measured = [],
            Groups =
            [
                new()
                {
                    Lead = 0, Sites = CoveredSites.Observed, Count = 1, Separated = 1, Scale = new(1, 0, 0, 1),
                    ObservationFactors = [.. levels.Select(ConformalQuantile.OfNormal)], StateFactors = levels,
                },
            ],
        };
    }

    private sealed record Tally(long Step, int Hits, int Count, double Covered, double Factor, bool IsAlarm);
}
