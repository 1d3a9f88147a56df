using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Benchmarks.Curves;

/// <summary>Whole steps of a joint training on LibTorch, on one thread: a small time-channel network, its windows, its rollout, Adam.</summary>
internal static class TrainingCurves
{
    private const string Step = "training step";

    private static readonly Shape Usual = new();

    /// <summary>The cases.</summary>
    public static IEnumerable<CurveCase> Cases()
    {
        yield return Case("training", CurveAxis.State, [40, 80, 160, 320, 640], 1, "convolutions and a simulator of few neighbours",
            sites => Usual with { Sites = sites });
        yield return Case("training", CurveAxis.Observations, [4, 8, 16, 32, 64], 0, "a network reads all sites, seen or not",
            seen => Usual with { Sites = 64, Fraction = seen / 64.0 });
        yield return Case("training: rollout", CurveAxis.Steps, [6, 12, 24, 48, 96], 1, "step by step", steps => Usual with { Rollout = steps, Batch = 4 });
        yield return Case("training: window", CurveAxis.Steps, [12, 25, 50, 100, 200], 1, "its steps are channels of the first layer",
            half => Usual with { HalfWidth = half });
        yield return Case("training: record", CurveAxis.Steps, [400, 1600, 6400, 25_600], 0, "a batch is drawn from wherever it lies",
            steps => Usual with { Record = steps });
        yield return Case("training: rows", CurveAxis.Network, [4, 8, 16, 32, 64, 128], 1, "each row by itself", rows => Usual with { Batch = rows });
        yield return Case("training: width", CurveAxis.Network, [16, 32, 64, 128, 256], 2, "a matrix of the channels", width => Usual with { Width = width });
        yield return Case("training: blocks", CurveAxis.Network, [1, 2, 4, 8, 16], 1, "one after another", blocks => Usual with { Blocks = blocks });
    }

    private static CurveCase Case(string name, CurveAxis axis, int[] sizes, double most, string why, Func<int, Shape> shape) =>
        new(name, axis, Step, sizes, most, why, size => new Work(shape(size)).Step);

    private sealed record Shape
    {
        public int Sites { get; init; } = 40;

        public double Fraction { get; init; } = 0.25;

        public int Record { get; init; } = 600;

        public int Rollout { get; init; } = 10;

        public int HalfWidth { get; init; } = 12;

        public int Batch { get; init; } = 8;

        public int Width { get; init; } = 32;

        public int Blocks { get; init; } = 2;
    }

    private sealed class Work : IDisposable
    {
        private readonly WeightStore _weights;
        private readonly Adam _adam;
        private readonly BatchShares _shares;
        private int _count;

        public Work(Shape shape)
        {
            var archive = CurveRecords.Of(CurveRecords.Ring(shape.Sites, shape.Record, shape.Fraction));
            var stage = new JointStage(Experiment(shape, archive), archive);
            TorchThreads.Use(1);
            _weights = new WeightStore(stage.Setup.Network.WeightDefinitions, 1, CPU);
            _adam = new Adam(_weights.Trained);
            _shares = new BatchShares(stage, [_weights], 1, CPU);
            Step = new CurveWork(() =>
            {
                _shares.Backward(_count, stage.StartingNumbers);
                _adam.Step(_count++, 1e-5, Math.Min(1, 10 / _adam.GradientNorm())); // a rate at which nothing leaves the range of numbers
            }, 1) { Held = this };
        }

        public CurveWork Step { get; }

        public void Dispose()
        {
            _shares.Dispose();
            _adam.Dispose();
            _weights.Dispose();
        }

        private static Experiment Experiment(Shape shape, MemoryArchive archive) => new()
        {
            System = archive.Description.System!,
            Parameters = [new TrainedParameter("F", 7)],
            BatchSize = shape.Batch,
            RolloutLength = shape.Rollout,
            Network = new Component("time-channel", new JsonObject
            {
                ["halfWidth"] = shape.HalfWidth, ["width"] = shape.Width, ["blocks"] = shape.Blocks, ["kernel"] = 5,
            }),
        };
    }
}
