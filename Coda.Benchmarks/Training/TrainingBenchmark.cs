using System.Diagnostics;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Twins;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Rollouts;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Benchmarks.Training;

/// <summary>One training step of the demo network: its parts, against eager PyTorch, and whether memory stays flat.</summary>
internal static class TrainingBenchmark
{
    private const int Repetitions = 20;
    private const int Rounds = 3;

    public static void Run(TextWriter output)
    {
        var twin = new TwinExperiment { TrajectoryCount = 40, StepCount = 600 };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var experiment = new Experiment { Parameters = [new TrainedParameter("F", 6)] };
        TorchThreads.Use(1);
        ConvolutionBenchmark.Run(output);
        Parts(output, new TrainingSetup(experiment, archive));
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
        {
            Compare(output, experiment, archive, threads);
        }

        Memory(output, experiment with { BatchSize = 4, RolloutLength = 5, Steps = 1000 }, archive);
    }

    /// <summary>The best of some steps on a device, and the loss of the first.</summary>
    /// <param name="device">Where.</param>
    /// <param name="precision">Of our convolutions.</param>
    /// <param name="steps">How many.</param>
    public static (double Milliseconds, double Loss) StepOn(Device device, ConvolutionPrecision precision, int steps)
    {
        var twin = new TwinExperiment { TrajectoryCount = 40, StepCount = 600 };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var stage = new JointStage(new Experiment { Parameters = [new TrainedParameter("F", 6)], Precision = precision }, archive);
        TorchThreads.Use(Environment.ProcessorCount);
        using var weights = new WeightStore(stage.Setup.Network.WeightDefinitions, 1, device);
        using var adam = new Adam(weights.Trained);
        using var shares = new BatchShares(stage, [weights], 1, device);
        var (best, loss) = (double.PositiveInfinity, double.NaN);
        for (var i = 0; i < steps; i++)
        {
            var clock = Stopwatch.StartNew();
            var gradient = shares.Backward(i, stage.StartingNumbers);
            adam.Step(i, 1e-3, Math.Min(1, 10 / adam.GradientNorm()));
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
            loss = i == 0 ? gradient.Total : loss;
        }

        return (best, loss);
    }

    // The two take turns and the best step of each counts, so that what else the machine does falls on both.
    private static void Compare(TextWriter output, Experiment experiment, IObservationArchive archive, int threads)
    {
        var reduced = experiment with { Precision = ConvolutionPrecisions.Fastest };
        var (ours, fastest, peer) = (double.PositiveInfinity, double.PositiveInfinity, (double?)null);
        for (var round = 0; round < Rounds; round++)
        {
            ours = Math.Min(ours, Step(new JointStage(experiment, archive), threads));
            fastest = reduced.Precision == experiment.Precision ? ours : Math.Min(fastest, Step(new JointStage(reduced, archive), threads));
            peer = Peer(threads) is { } time ? Math.Min(time, peer ?? time) : null;
        }

        output.WriteLine(peer is { } other
            ? FormattableString.Invariant($"training step, {threads} threads: Coda {ours:F1} ms, eager PyTorch {other:F1} ms, ratio {other / ours:F2}")
            : string.Create(
                CultureInfo.InvariantCulture, $"training step, {threads} threads: Coda {ours:F1} ms (no "
                    + $"PyTorch at /usr/bin/python3: install python3-torch for the peer)"));
        if (reduced.Precision != experiment.Precision)
        {
            output.WriteLine(FormattableString.Invariant($"training step, {threads} threads, convolutions in {reduced.Precision}: Coda {fastest:F1} ms"));
        }
    }

    private static double Step(JointStage stage, int threads)
    {
        TorchThreads.Use(1);
        using var weights = new WeightStore(stage.Setup.Network.WeightDefinitions, 1, CPU);
        using var adam = new Adam(weights.Trained);
        using var shares = new BatchShares(stage, [weights], threads, CPU);
        var best = double.PositiveInfinity;
        for (var i = 0; i < Repetitions; i++)
        {
            var clock = Stopwatch.StartNew();
            shares.Backward(i, stage.StartingNumbers);
            adam.Step(i, 1e-3, Math.Min(1, 10 / adam.GradientNorm()));
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        return best;
    }

    private static void Parts(TextWriter output, TrainingSetup setup)
    {
        using var weights = new WeightStore(setup.Network.WeightDefinitions, 1, CPU);
        using var adam = new Adam(weights.Trained);
        var batch = new TrainingBatch(setup.Record, 64, 25, 0, 1, 40);
        IRolloutRoute tape = new TapeRoute(setup.Loss), torchRoute = new TorchRoute(setup.Loss, null, CPU);
        var parts = new (string Name, List<double> Times)[] { ("draw", []), ("forward", []), ("rollout (tape)", []), ("backward", []), ("optimizer", []),
            ("rollout (LibTorch)", []) };
        for (var i = 0; i < Repetitions; i++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            batch.Draw(1, i, heldOut: false, 0.1);
            Lap(0);
            var windows = TorchArrays.Of(batch.Windows, 128, 2, 101, 40);
            var states = setup.Network.Analyze(new TorchAlgebra(CPU, true), weights.View(), windows).State;
            Lap(1);
            var leaf = states.detach().requires_grad_(true);
            tape.Backward(leaf, batch.Observations, setup.StartingParameters, ["F"]);
            Lap(2);
            states.backward([leaf.grad!]);
            Lap(3);
            adam.Step(i, 1e-3, Math.Min(1, 10 / adam.GradientNorm()));
            Lap(4);
            torchRoute.Backward(states.detach().requires_grad_(true), batch.Observations, setup.StartingParameters, ["F"]);
            Lap(5);

            void Lap(int part)
            {
                parts[part].Times.Add(clock.Elapsed.TotalMilliseconds);
                clock.Restart();
            }
        }

        output.WriteLine($"parts of a step on one thread, ms: "
            + $"{string.Join(", ", parts.Select(p => FormattableString.Invariant($"{p.Name} {p.Times.Min():F1}")))}");
    }

    private static double? Peer(int threads)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Training", "train_step.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, $"{threads}", $"{Repetitions}"]) { RedirectStandardOutput = true,
            RedirectStandardError = true };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE"; // as TorchThreads sets it for Coda
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    private static void Memory(TextWriter output, Experiment experiment, IObservationArchive archive)
    {
        var path = Path.Combine(Path.GetTempPath(), $"coda-benchmark-{Environment.ProcessId}.safetensors");
        try
        {
            using var training = new TrainingLoop(new JointStage(experiment, archive), path);
            var samples = new SortedDictionary<int, long>();
            training.Run(new Sampler(samples));
            output.WriteLine($"resident memory over 1,000 steps, MiB: {string.Join(", ", samples.Select(s => $"{s.Key}: {s.Value >> 20}"))}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Sampler(SortedDictionary<int, long> samples) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (samples.Count == 0 || value.Step >= samples.Keys.Last() + 200)
            {
                samples[value.Step] = Process.GetCurrentProcess().WorkingSet64;
            }
        }
    }
}
