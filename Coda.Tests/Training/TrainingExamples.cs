using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Inference;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>Small experiments and records.</summary>
internal static class TrainingExamples
{
    public static TwinExperiment Twin { get; } = new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        StepLength = 0.02,
        StepCount = 300,
        TrajectoryCount = 2,
        SpinUpSteps = 200,
        Seed = 4,
    };

    public static Experiment Experiment { get; } = new()
    {
        Name = "small",
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3 }),
        Parameters = [new TrainedParameter("F", 6)],
        RolloutLength = 4,
        Steps = 12,
        BatchSize = 6,
        WarmUpSteps = 3,
        ValidationInterval = 4,
        CheckpointInterval = 5,
    };

    public static Experiment Corrected { get; } = Experiment with { Correction = new Component("pointwise", new JsonObject { ["width"] = 4 }) };

    public static MemoryArchive Record(TwinExperiment? twin = null) => (twin ?? Twin).Archive();

    public static TrainedModel Train(Experiment experiment, IObservationArchive archive, string path, int? threads = 1)
    {
        using var training = new StageRun(new JointStage(experiment, archive), path, threads: threads);
        return training.Run();
    }

    public static string Refused(Experiment experiment, IObservationArchive archive, string path) =>
        Assert.ThrowsExactly<InvalidDataException>(() => new StageRun(new JointStage(experiment, archive), path)).Message;

    public static void Same(TrainedModel expected, TrainedModel actual)
    {
        foreach (var (wanted, got) in new[] { (expected.NetworkWeights, actual.NetworkWeights), (expected.CorrectionWeights, actual.CorrectionWeights) })
        {
            CollectionAssert.AreEqual(wanted.Keys.ToArray(), got.Keys.ToArray());
            foreach (var (name, array) in wanted)
            {
                Interpretations.Agree.Bits(array, got[name], name);
            }
        }

        CollectionAssert.AreEqual(expected.Parameters.ToArray(), actual.Parameters.ToArray());
        Assert.AreEqual(expected.Validation, actual.Validation);
    }

    /// <summary>The root mean square error of a network's analyses over the last tenth of one trajectory of eight sites, and that of the climatology's
    /// mean.</summary>
    public static (double Rmse, double Climatology) Scores(TrainedModel model, MemoryArchive archive, TwinExperiment twin)
    {
        var (analyses, _, truth) = Analyze(model, archive, twin);
        return (RootMeanSquare(analyses.Zip(truth, (a, x) => a - x)), RootMeanSquare(truth.Select(x => model.Context.Climatology.Mean[0] - x)));
    }

    /// <summary>The same error, and the root mean square of the network's spread.</summary>
    public static (double Rmse, double Spread) ScoresWithSpread(TrainedModel model, MemoryArchive archive, TwinExperiment twin)
    {
        var (analyses, spread, truth) = Analyze(model, archive, twin);
        return (RootMeanSquare(analyses.Zip(truth, (a, x) => a - x)), RootMeanSquare(spread!.Select(s => (double)s)));
    }

    private static double RootMeanSquare(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v));

    private static (float[] Analyses, float[]? Spread, double[] Truth) Analyze(TrainedModel model, MemoryArchive archive, TwinExperiment twin)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var store = new WeightStore(model.Network.WeightDefinitions, 0, CPU);
        store.Load(model.NetworkWeights);
        var (steps, a) = (new StepRange(2700, 2980), model.Network.HalfWidth);
        var stretch = archive.ReadObservations(0, steps.Widen(a, a));
        var input = TorchArrays.Of([.. stretch.Values, .. stretch.Mask]).reshape(2, stretch.Steps.Count, 8);
        var (ops, weights) = (new TorchAlgebra(CPU), store.View());
        var analysis = ((IStretchNetwork)model.Network).AnalyzeStretch(ops, weights, input);
        var spread = analysis.Spread?.Invoke();
        float[] Plain(Tensor values) => values.contiguous().data<float>().ToArray();
        var truth = twin.Truth().Single().States.Span.Slice((int)steps.Start * 8, (int)steps.Count * 8).ToArray();
        return (Plain(analysis.State), spread is null ? null : Plain(spread), Array.ConvertAll(truth, x => (double)x));
    }

    /// <summary>A record whose value at a step is that step, everywhere observed.</summary>
    public static MemoryArchive Clock(int sites = 4, long steps = 200, int trajectories = 1, Func<long, int, bool>? isObserved = null)
    {
        var description = Twin.Describe() with
        {
            Layout = Coda.Data.Dynamics.StateLayout.On(new Ring(sites)),
            SiteCount = sites,
            Steps = new StepRange(0, steps),
            TrajectoryCount = trajectories,
        };
        return new MemoryArchive(description, Enumerable.Range(0, trajectories).Select(trajectory =>
        {
            var stretch = new ObservationStretch(trajectory, description.Steps, sites);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                if (isObserved is null || isObserved(i / sites, i % sites))
                {
                    (stretch.Values[i], stretch.Mask[i]) = (i / sites, 1);
                }
            }

            return stretch;
        }));
    }
}
