using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Training of a sequential analysis through cycles: reproducible, resumable, and it learns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class CycleTrainingTests
{
    private const int Spun = 50; // steps that a start takes

    private static readonly TwinExperiment Twin = ExampleTwins.Lorenz96(steps: 120, trajectories: 12, fraction: 0.8) with { StepLength = 0.05 };

    private static readonly TwinExperiment Short = Twin with { StepCount = 40 };

    [TestMethod]
    [DataRow(CycleTeacher.Observations, 1)]
    [DataRow(CycleTeacher.Reanalysis, 2)]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(CycleTeacher teacher, int threads) =>
        StageLoops.InterruptionChangesNoBit(() => Stage(teacher, CycleExamples.Experiment, Short), CycleStage.Cycle, threads);

    [TestMethod]
    public void ACheckpointWithoutWhatTheRowsCarryIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("checkpoint");
        using (var loop = new TrainingLoop(Stage(CycleTeacher.Observations, CycleExamples.Experiment, Short), path, threads: 1))
        {
            loop.Run();
        }

        var (arrays, metadata) = TensorFile.Read(path);
        TensorFile.Write(path, arrays.Where(array => !array.Key.StartsWith("carried.", StringComparison.Ordinal)).ToDictionary(), metadata.ToDictionary());
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => new TrainingLoop(Stage(CycleTeacher.Observations, CycleExamples.Experiment, Short), path, threads: 1));
        StringAssert.Contains(fault.Message, "carried as 'background'");
    }

    [TestMethod]
    public void AShortTrainingBeatsTheObservationsOnAFreshRecord()
    {
        using var folder = new TemporaryDirectory();
        var experiment = CycleExamples.Experiment with
        {
            Cycle = CycleExamples.Experiment.Cycle! with
            {
                Teacher = CycleTeacher.Truth,
                Network = new Component("local-gain", new() { ["reach"] = 2, ["memory"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3 }),
            },
            WithholdingFraction = 0,
            Steps = 150,
            BatchSize = 8,
            WarmUpSteps = 10,
            LearningRate = 1e-2,
            AveragingDecay = 0.9,
            ValidationInterval = 50,
            CheckpointInterval = 1000,
        };
        var stage = Stage(CycleTeacher.Truth, experiment, Twin);
        using (var loop = new TrainingLoop(stage, folder.File("checkpoint"), threads: 1))
        {
            ModelExport.Write(stage.End(loop.Run()), folder.File("model"), "");
        }

        using var model = OnnxModel.Open(folder.File("model"));
        var fresh = Twin with { Seed = 17, StepCount = 150, TrajectoryCount = 4 };
        var archive = fresh.Archive();
        var analyses = new CycleMethod(new AnalysisContext(archive, model), new()).Analyze(archive).ToList();
        var rmse = Rmse(analyses, fresh);
        Assert.IsLessThan(0.8, rmse, "the error of an observation is 1, and one in five is missing");
        var spread = Math.Sqrt(analyses.Average(block => block.Spread!.Value.ToArray().Skip(Spun * 8).Average(s => (double)s * s)));
        Assert.IsTrue(spread > rmse / 1.5 && spread < 1.5 * rmse, $"spread {spread}, error {rmse}");
    }

    [TestMethod]
    [DataRow("lorenz63", 0.02)]
    [DataRow("driven-pendulum", 0.05)]
    public void AnySystemsRecordIsTrainedOnExportedAndRun(string system, double stepLength)
    {
        using var folder = new TemporaryDirectory();
        var twin = new TwinExperiment
        {
            System = new Component(system), StepLength = stepLength, StepCount = 80, TrajectoryCount = 12, SpinUpSteps = 200, Sigma = 0.5,
            ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 0.7 }),
        };
        var archive = twin.Archive();
        var experiment = CycleExamples.Experiment with
        {
            System = new Component(system),
            Cycle = CycleExamples.Experiment.Cycle! with { Network = new Component("local-gain", new() { ["memory"] = 3, ["width"] = 6 }) },
            Steps = 3,
        };
        var stage = new CycleStage(experiment, archive);
        using (var loop = new TrainingLoop(stage, folder.File("checkpoint"), threads: 1))
        {
            ModelExport.Write(stage.End(loop.Run()), folder.File("model"), "");
        }

        Assert.IsLessThan(ReferenceCheck.Tolerance, ReferenceCheck.Run(folder.File("model"))["cycle.onnx"]);
        using var model = OnnxModel.Open(folder.File("model"));
        var analyses = new CycleMethod(new AnalysisContext(archive, model), new()).Analyze(archive).ToList();
        Assert.AreEqual(12L * 80, analyses.Sum(block => (long)block.Count));
        Assert.IsTrue(analyses.All(block => block.States.ToArray().All(float.IsFinite)));
    }

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        var archive = Twin.Archive();
        StageLoops.Refused("withholdingFraction", () => new CycleSetup(CycleExamples.Experiment with { WithholdingFraction = 0 }, archive));
        StageLoops.Refused("cycle.teacher", () => new CycleSetup(
            CycleExamples.Experiment with { Cycle = CycleExamples.Experiment.Cycle! with { Teacher = CycleTeacher.Reanalysis } }, archive));
        StageLoops.Refused("member cycle", () => new CycleSetup(TrainingExamples.Experiment, archive));
        StageLoops.Refused("cycle.length", () => new CycleSetup(
            CycleExamples.Experiment with { Cycle = CycleExamples.Experiment.Cycle! with { Length = 0 } }, archive));
        StageLoops.Refused("parameters", () => new CycleSetup(CycleExamples.Experiment with { Parameters = [new TrainedParameter("F", 6)] }, archive));
    }

    // Where states are asked for, those of the twin.
    private static CycleStage Stage(CycleTeacher teacher, Experiment experiment, TwinExperiment twin)
    {
        var archive = twin.Archive();
        var states = teacher == CycleTeacher.Observations ? null : new Reanalysis(archive.Description, 8, twin.Truth());
        return new CycleStage(experiment with { Cycle = experiment.Cycle! with { Teacher = teacher } }, archive, states);
    }

    private static double Rmse(IEnumerable<StateBlock> analyses, TwinExperiment twin)
    {
        var truth = twin.Truth().SelectMany(block => Enumerable.Range(0, block.Count).Select(row => block.Row(row)))
            .ToDictionary(row => (row.Trajectory, row.FirstStep), row => row.States.ToArray());
        var (sum, count) = (0.0, 0);
        foreach (var block in analyses)
        {
            for (var row = Spun; row < block.Count; row++)
            {
                var state = block.Row(row);
                foreach (var (a, x) in state.States.ToArray().Zip(truth[(block.Trajectory, state.FirstStep)]))
                {
                    (sum, count) = (sum + ((a - x) * (a - x)), count + 1);
                }
            }
        }

        return Math.Sqrt(sum / count);
    }
}
