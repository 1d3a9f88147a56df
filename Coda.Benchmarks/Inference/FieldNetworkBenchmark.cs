using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Benchmarks.Inference;

/// <summary>Processor time of a network's analysis for each point of tori of rising size, by tiles of the one that it was trained on: it must be in proportion
/// to the points, and the halos of the tiles cost what they cost at any size.</summary>
internal static class FieldNetworkBenchmark
{
    private const int Own = 64;
    private const int Rounds = 3;
    private const int LeastSteps = 8;
    private const int MostSteps = 64;
    private const int Entries = 3 << 19; // of the analyses that are timed

    /// <summary>Prints the times.</summary>
    /// <param name="output">Where they are printed.</param>
    /// <param name="largest">The largest torus's side.</param>
    public static void Run(TextWriter output, int largest)
    {
        var folder = Directory.CreateTempSubdirectory("coda-bench-").FullName;
        try
        {
            Train(folder);
            using var model = OnnxModel.Open(Path.Combine(folder, "model"));
            List<int> sides = [.. Enumerable.Range(0, 8).Select(i => Own << i).TakeWhile(side => side <= largest)];
            var archives = sides.ConvertAll(Record);
            var times = sides.ConvertAll(_ => double.PositiveInfinity);
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < sides.Count; i++)
                {
                    times[i] = Math.Min(times[i], Time(model, archives[i]) / ((double)archives[i].Description.Steps.Count * sides[i] * sides[i]));
                }
            }

            output.WriteLine(
                $"time-channel network of shallow water on {Own} x {Own}, reach {model.Card.Reach}, one worker, processor time, the best of {Rounds}:");
            output.WriteLine("  us an analysis and point, ratio to the first in tiles");
            foreach (var (side, time) in sides.Zip(times))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {(side == Own ? "whole" : "tiles"),-15} {side,4} x {side,-4} {time,8:F3} {time / times[Math.Min(1, times.Count - 1)],8:F2}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TwinExperiment Twin(int side) => new()
    {
        System = new Component("shallow-water", new JsonObject { ["size"] = side }), StepLength = 0.2, SpinUpSteps = 10, StepCount = 40, Sigma = 0.5,
    };

    // Weights matter to no time: one step makes them.
    internal static void Train(string folder)
    {
        SimulateWorkflow.Run(new SimulateJob(Twin(Own), Path.Combine(folder, "archive")) { HasTruth = false }, new SilentProgress());
        using var archive = ParquetArchive.Open(Path.Combine(folder, "archive"));
        var experiment = new Experiment
        {
            Name = "field", System = archive.Description.System!, BatchSize = 1, RolloutLength = 1, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1,
            Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 16, ["blocks"] = 2, ["kernel"] = 3 }),
        };
        TrainWorkflow.Run(new TrainJob(experiment, archive, Path.Combine(folder, "model")) { Threads = 1 }, new SilentProgress());
    }

    internal static MemoryArchive Record(int side)
    {
        var entries = 3 * side * side;
        var description = (Twin(side) with { StepCount = Math.Clamp(Entries / entries, LeastSteps, MostSteps) }).Describe();
        var (stretch, random) = (new ObservationStretch(0, description.Steps, entries), new CounterRandom(1));
        for (var i = 0; i < stretch.Values.Length; i += 20)
        {
            (stretch.Values[i], stretch.Mask[i]) = ((float)random.NextGaussian(), 1);
        }

        return new MemoryArchive(description, [stretch]);
    }

    private static double Time(OnnxModel model, MemoryArchive archive)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        foreach (var _ in new NetworkMethod(new AnalysisContext(archive, model), new()).Analyze(archive, new AnalysisRequest { Workers = 1 }))
        {
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds;
    }
}
