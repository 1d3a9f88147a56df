using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Calibrating;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Benchmarks.Coverage;

/// <summary>Nominal coverage of bands from observations alone against what they cover of a truth that nobody but this benchmark reads.</summary>
internal static class CoverageBenchmark
{
    private const double Allowed = 1.5; // per cent of coverage
    private static readonly double[] Levels = [0.8, 0.9, 0.95];

    /// <summary>Prints a line for every setting and kind of sites.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="only">The numbers of the settings to run, from 0; all of them where there are none.</param>
    /// <param name="draw">Which draw of their twins.</param>
    public static void Run(TextWriter output, IReadOnlyList<int> only, ulong draw = 0)
    {
        output.WriteLine("Share of the truth covered, per cent, at 80, 90 and 95 %, by the spread as it is (z s) and by bands calibrated on observations alone;");
        output.WriteLine($"e2/s2: squared error over squared spread as calibrated; off: the largest distance from the level, missed beyond {Allowed}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"setting",-44} {"sites",-15} {"RMSE",6} {"withheld",9} {"e2/s2",6} {"+-",5} {"groups",6}   {"by the spread",-17}  {"bands",-17} {"off",5}"));
        foreach (var (setting, _) in CoverageSetting.All.Select((s, i) => (s, i)).Where(s => only.Count == 0 || only.Contains(s.i)))
        {
            var folder = Directory.CreateTempSubdirectory("coda-bench-").FullName;
            try
            {
                Run(output, setting.Redrawn(draw), folder);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Run(TextWriter output, CoverageSetting setting, string folder)
    {
        using var model = setting.Model is { } name ? OnnxModel.Open(ReleasedModels.Find(name)) : null;
        SimulateWorkflow.Run(
            new SimulateJob(setting.Calibration, Path.Combine(folder, "calibration")) { HasTruth = false }, new SilentProgress());
        using var archive = ParquetArchive.Open(Path.Combine(folder, "calibration"));
        var bands = CalibrateWorkflow.Run(new CalibrateJob(archive)
        {
            Method = setting.Method, Model = model, Margin = setting.Margin, Denials = setting.Denials, Request = new() { Levels = Levels }, Output = Path.Combine(folder, "bands.json"),
        }, new SilentProgress()).Bands;

        var tallies = Tally(setting, bands, model);
        foreach (var (sites, tally) in tallies.OrderBy(t => t.Key).Where(t => t.Value.Count > 0))
        {
            var groups = bands.Groups.Where(g => g.Sites == (sites == Never ? CoveredSites.NeverObserved : CoveredSites.Observed)).ToList();
            var off = tally.Band.Zip(Levels, (hit, level) => Math.Abs((100.0 * hit / tally.Count) - (100 * level))).Max();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{setting.Name,-44} {sites,-15} {Math.Sqrt(tally.Squares / tally.Count),6:F3} {groups.Sum(g => g.Count),9} ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{groups.Average(g => g.Scale.Variance),6:F3} {groups.Max(g => g.Scale.StandardError),5:F3} {groups.Count,6}   ")
                + $"{tally.Words(tally.Spread),-17}  {tally.Words(tally.Band),-17} "
                + string.Create(CultureInfo.InvariantCulture, $"{off,5:F1}{(off > Allowed ? " MISSED" : "")}"));
        }

        if (bands.NotCovered.Count > 0)
        {
            output.WriteLine($"{setting.Name,-44} {bands.NotCovered.Count} entries of fields without observations are marked as not covered");
        }
    }

    private const string Never = "never observed";

    private static Dictionary<string, Tallied> Tally(CoverageSetting setting, CoverageBands bands, OnnxModel? model)
    {
        var twin = setting.Test;
        var record = new MemoryArchive(twin.Describe(), twin.Observations());
        var (size, length) = (record.Description.Layout.Size, (int)twin.StepCount);
        var truth = new float[(long)size * length * twin.TrajectoryCount];
        foreach (var block in twin.Truth())
        {
            block.States.Span.CopyTo(truth.AsSpan(((block.Trajectory * length) + (int)block.FirstStep) * size));
        }

        var method = AssimilationMethod.Catalog.Create(setting.Method, new AnalysisContext(record, model));
        var (seen, z) = (Seen(record), Levels.Select(ConformalQuantile.OfNormal).ToArray());
        var (never, none) = (bands.NeverObserved.ToHashSet(), bands.NotCovered.ToHashSet());
        var (tallies, places) = (new Dictionary<string, Tallied>(), LayoutMatch.Places(method.Layout, record.Description.Layout));
        foreach (var block in method.Analyze(record))
        {
            var widths = Levels.Select(level => bands.On(block, level).Band!.Value).ToArray();
            for (var i = 0; i < block.States.Length; i++)
            {
                var (row, entry) = (i / block.StateSize, i % block.StateSize);
                var step = (int)block.FirstStep + row;
                if (step < setting.Margin || step >= length - setting.Margin || none.Contains(entry))
                {
                    continue;
                }

                var at = (((block.Trajectory * length) + step) * size) + places[entry];
                var sites = never.Contains(entry) ? Never : seen[at] ? "observed" : "unobserved then";
                if (!tallies.TryGetValue(sites, out var tally))
                {
                    tallies.Add(sites, tally = new());
                }

                tally.Add(block.States.Span[i] - truth[at], block.Spread!.Value.Span[i], z, widths, i);
            }
        }

        return tallies;
    }

    // Which entries have an observation at their step. [trajectory, step, entry]
    private static bool[] Seen(MemoryArchive record)
    {
        var description = record.Description;
        var locations = Data.Observations.ObservationOperator.Catalog.Create(description.Operator, description.Layout).Locations;
        var (size, length) = (description.Layout.Size, (int)description.Steps.Count);
        var seen = new bool[description.TrajectoryCount * length * size];
        for (var trajectory = 0; trajectory < description.TrajectoryCount; trajectory++)
        {
            var stretch = record.ReadObservations(trajectory, description.Steps);
            for (var i = 0; i < stretch.Mask.Length; i++)
            {
                seen[(((trajectory * length) + (i / stretch.SiteCount)) * size) + locations[i % stretch.SiteCount]] |= stretch.Mask[i] != 0;
            }
        }

        return seen;
    }

    private sealed class Tallied
    {
        public long Count { get; private set; }

        public double Squares { get; private set; }

        public long[] Spread { get; } = new long[Levels.Length];

        public long[] Band { get; } = new long[Levels.Length];

        public void Add(double error, double spread, double[] z, ReadOnlyMemory<float>[] widths, int place)
        {
            (Count, Squares) = (Count + 1, Squares + (error * error));
            for (var level = 0; level < z.Length; level++)
            {
                Spread[level] += Math.Abs(error) <= z[level] * spread ? 1 : 0;
                Band[level] += Math.Abs(error) <= widths[level].Span[place] ? 1 : 0;
            }
        }

        public string Words(long[] hits) => string.Join(' ', hits.Select(hit => string.Create(CultureInfo.InvariantCulture, $"{100.0 * hit / Count,5:F1}")));
    }
}
