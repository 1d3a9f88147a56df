using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Benchmarks.Inference;

/// <summary>One run of each graph of the learned systems: ONNX Runtime against LibTorch, eagerly, on the same weights and inputs, one thread each.</summary>
internal static class LearnedBenchmark
{
    private const int Rounds = 5;
    private const double Enough = 0.2; // seconds a round
    private const ulong Seed = 1;

    private static readonly Component Ring = new("lorenz96");

    private static IEnumerable<(string Name, Experiment Experiment, int[] Batches)> Systems =>
    [
        ("sequential analysis, 1 member", Cycle(new JsonObject { ["members"] = 1, ["memory"] = 32 }), [1, 8]),
        ("sequential analysis, 16 members",
            Cycle(new JsonObject { ["members"] = 16, ["memory"] = 8, ["history"] = 1, ["width"] = 32 }), [1, 8]),
        ("variational solver, experts", Solver("experts"), [1, 8]),
        ("variational solver, simulator", Solver("simulator"), [1, 8]),
        ("auto-encoder of 40 sites", new Experiment
        {
            Name = "latent", System = Ring, BatchSize = 4, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1,
            AutoEncoder = new AutoEncoderFit
            {
                Network = new Component("convolutional", new JsonObject { ["size"] = 20, ["stride"] = 8, ["patch"] = 4 }), Teacher = StateTeacher.Truth,
            },
        }, [1, 32]),
        ("score of 11 states", new Experiment
        {
            Name = "score", System = Ring, BatchSize = 4, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1,
            Score = new ScoreFit { Network = new Component("residual-score"), Teacher = StateTeacher.Truth },
        }, [1, 32]),
        ("emulator, LSTM of 2 x 100", new Experiment
        {
            Name = "emulator", System = Ring, BatchSize = 4, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1,
            Emulator = new EmulatorFit { Network = new Component("lstm"), Method = new Component("three-dvar"), Cycles = 1, Length = 4, SpinUpSteps = 10 },
        }, [1, 32]),
    ];

    /// <summary>Prints the times.</summary>
    /// <param name="output">Where they are printed.</param>
    public static void Run(TextWriter output)
    {
        TorchThreads.Use(1);
        output.WriteLine($"one run of each graph, one thread, the best of {Rounds} rounds: ONNX Runtime ms, LibTorch ms, ratio, largest difference");
        foreach (var (name, experiment, batches) in Systems)
        {
            var folder = Directory.CreateTempSubdirectory("coda-bench-").FullName;
            try
            {
                System(output, name, experiment, batches, folder);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void System(TextWriter output, string name, Experiment experiment, int[] batches, string folder)
    {
        // Weights matter to no time: one step makes them.
        var twin = new TwinExperiment { StepLength = 0.05, TrajectoryCount = 10, StepCount = 100 };
        SimulateWorkflow.Run(new SimulateJob(twin, Path.Combine(folder, "archive")), new SilentProgress());
        using var archive = ParquetArchive.Open(Path.Combine(folder, "archive"));
        var path = Path.Combine(folder, "model");
        TrainWorkflow.Run(new TrainJob(experiment, archive, path) { Threads = 1 }, new SilentProgress());
        var trained = ModelWeights.Read(path, experiment, archive.Description);
        using var model = OnnxModel.Open(path);
        foreach (var part in trained.Parts)
        {
            using var weights = new WeightStore(part.Component.WeightDefinitions, 0, CPU);
            weights.Load(part.Weights);
            foreach (var graph in part.Component.Graphs(trained.Context).Where(graph => graph.HasReference && graph.Role != ModelRoles.AnalysisStretch))
            {
                foreach (var batch in batches)
                {
                    Graph(output, $"{name}: {graph.Role}, batch {batch}", model, graph, weights.View(), batch);
                }
            }
        }
    }

    private static void Graph(TextWriter output, string name, OnnxModel model, ModelGraph graph, Weights<Tensor> weights, int batch)
    {
        var inputs = graph.Inputs.Select(input => (Shape: Shape(input, batch), Values: graph.Draw(input, batch, Seed))).ToList();
        if (inputs.Any(input => input.Values is null))
        {
            return; // what other graphs give
        }

        using var bound = model.Bind(
            graph.Role, [.. graph.Inputs.Zip(inputs, (tensor, input) => new TensorBinding(tensor.Name, input.Shape))],
            [.. graph.Outputs.Select(tensor => new TensorBinding(tensor.Name, Shape(tensor, batch)))]);
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs[i].Values.CopyTo(bound.Input(i));
        }

        using var guard = no_grad();
        var ops = new TorchAlgebra(CPU);
        Tensor[] tensors = [.. inputs.Select(input => TorchArrays.Of(input.Values, input.Shape))];
        var (runtime, eager) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var round = 0; round < Rounds; round++)
        {
            runtime = Math.Min(runtime, Milliseconds(bound.Run));
            eager = Math.Min(eager, Milliseconds(() =>
            {
                using var scope = NewDisposeScope();
                graph.Evaluate(ops, weights, tensors);
            }));
        }

        using var last = NewDisposeScope();
        var expected = TorchArrays.Plain(graph.Evaluate(ops, weights, tensors)[0]);
        var difference = expected.Zip(bound.Output(0).ToArray(), (a, b) => Math.Abs(a - b)).Max();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {name,-60} {runtime,9:F3} {eager,9:F3} {eager / runtime,6:F2} {difference,9:G2}"));
        Array.ForEach(tensors, tensor => tensor.Dispose());
    }

    private static long[] Shape(ModelTensor tensor, int batch) =>
        [.. tensor.Axes.Split(',').Select(axis => axis.Trim() is ModelTensor.Batch ? batch : long.Parse(axis, CultureInfo.InvariantCulture))];

    private static double Milliseconds(Action run)
    {
        run();
        var (clock, count) = (Stopwatch.StartNew(), 0);
        while (clock.Elapsed.TotalSeconds < Enough)
        {
            run();
            count++;
        }

        return clock.Elapsed.TotalMilliseconds / count;
    }

    private static Experiment Cycle(JsonObject options) => new()
    {
        Name = "cycle", System = Ring, BatchSize = 4, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1, WithholdingFraction = 0.1,
        Cycle = new CycleFit { Network = new Component("local-gain", options), Teacher = CycleTeacher.Observations, Length = 4 },
    };

    private static Experiment Solver(string prior) => new()
    {
        Name = "solver", System = Ring, BatchSize = 1, RolloutLength = 1, Steps = 1, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1,
        Network = new Component("variational-solver", new JsonObject { ["halfWidth"] = 62, ["kernel"] = 5, ["width"] = 32, ["memory"] = 8, ["prior"] = prior }),
    };
}
