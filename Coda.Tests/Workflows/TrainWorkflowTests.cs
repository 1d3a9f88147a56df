using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Data;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>A user of the library trains, refines, fits the reanalysis and exports, with one call.</summary>
[TestClass]
public sealed class TrainWorkflowTests
{
    private static readonly string[] Bits =
    [
        GraphFiles.Analysis, GraphFiles.AnalysisStretch, GraphFiles.Forecast, GraphFiles.Tangent, ModelFolder.Weights, ModelFolder.Reference,
    ];

    private static readonly TemporaryDirectory Folder = new();

    private static Experiment Experiment => NamedExperiment.Named("lorenz96") with
    {
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 5, ["width"] = 8 }),
        Parameters = [new TrainedParameter("F", 8)],
        BatchSize = 8,
        RolloutLength = 10,
        WarmUpSteps = 5,
        ValidationInterval = 10,
        CheckpointInterval = 10,
        Steps = 30,
        Reanalysis = new ReanalysisFit { Steps = 20, ModelErrorVariance = 0.01 },
    };

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        var twin = new TwinExperiment
        {
            TrajectoryCount = 12,
            StepCount = 100,
            SpinUpSteps = 300,
            ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 1 }),
        };
        SimulateWorkflow.Run(new SimulateJob(twin, Folder.File("archive")) { HasTruth = false }, new SilentProgress());
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        var card = TrainWorkflow.Run(Job(archive, "library"), new SilentProgress());
        Assert.AreEqual("lorenz96", card.Name);
        Assert.IsTrue(card.ParameterErrors["F"] > 0 && card.UnrefinedParameters["F"] != card.Parameters["F"], "The parameters are refined.");
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void TheBitsAreTheCommands()
    {
        string[] settings = ["--steps", "30", "--set", "parameters.F.start=8", "reanalysis.steps=20", "reanalysis.modelErrorVariance=0.01", "--refine", "12"];
        CommandRun.InProcess(Tiny.Train(Folder.File("archive"), Folder.File("command"), settings)).Succeeded();
        RequireSame("command");
    }

    [TestMethod]
    public void WhatIsStoppedInAnyStageGoesOnToTheSameBits()
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        foreach (var stage in new[] { "train", "estimate parameters", "analyze (polished)", "fit the reanalysis" })
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => TrainWorkflow.Run(Job(archive, "stopped"), new StoppingProgress(stage, stop), stop.Token), stage);
            Assert.IsFalse(File.Exists(Folder.File("stopped", ModelFolder.Card)), "Until the last stage is done, the folder is no model.");
        }

        TrainWorkflow.Run(Job(archive, "stopped"), new SilentProgress());
        RequireSame("stopped");
        TrainingHistoryTests.Same(TrainingHistory.Read(Folder.File("library"))!, TrainingHistory.Read(Folder.File("stopped"))!, but: "seconds");
    }

    [TestMethod]
    public void TheCourseOfTheTrainingLiesBesideTheModel()
    {
        var history = TrainingHistory.Read(Folder.File("library"))!;
        CollectionAssert.AreEqual(Enumerable.Range(1, 50).Select(i => (long)i).ToArray(), history.Steps.ToArray());
        Assert.AreEqual((30, 20), (history.Stages.Count(s => s == "joint"), history.Stages.Count(s => s == "reanalysis")));
        CollectionAssert.AreEqual(
            new[]
            {
                "loss.data-misfit", "loss.consistency", "loss.reanalysis-misfit", "validation", "parameter.F", "rate.network", "rate.parameters",
                "gradient.network", "gradient.parameters", "seconds",
            },
            history.Columns.ToArray());
        Assert.AreEqual(8, history.Truths["F"]);
        var (rates, validation, seconds) = (history.Column("rate.network"), history.Column("validation"), history.Column("seconds"));
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 30).Select(step => Experiment.LearningRate * TrainingSchedule.Rate(step, 5, 30)).ToArray(), rates[..30]);
        Assert.IsTrue(double.IsNaN(validation[8]) && validation[9] == validation[18] && validation[19] != validation[18], "one look in ten steps");
        Assert.IsTrue(history.Column("gradient.network").All(norm => norm > 0) && history.Column("loss.data-misfit")[..30].All(loss => loss > 0));
        Assert.AreEqual(
            ModelFolder.ReadCard(Folder.File("library")).UnrefinedParameters["F"], history.Column("parameter.F")[29], 0.1, "The best look is not far off.");
        Assert.IsTrue(seconds.Zip(seconds.Skip(1)).All(pair => pair.First <= pair.Second) && seconds[0] > 0);
    }

    [TestMethod]
    public void InspectTellsTheCourseInShort()
    {
        var history = CommandRun.InProcess("inspect", Folder.File("library"), "--no-verify", "--json").Succeeded().Json["history"]!;
        Assert.AreEqual((50, 50, 8.0), ((int)history["rows"]!, (int)history["steps"]!, (double)history["truths"]!["parameter.F"]!));
        Assert.AreEqual(("reanalysis", 20), ((string)history["stages"]![1]!["name"]!, (int)history["stages"]![1]!["steps"]!));
        var shown = CommandRun.InProcess("inspect", Folder.File("library"), "--no-verify").Succeeded().Output;
        Assert.Contains("joint 30 steps, reanalysis 20 steps in ", shown);
        Assert.Contains("parameter.F", shown);
        Directory.CreateDirectory(Folder.File("damaged"));
        foreach (var file in Directory.GetFiles(Folder.File("library")))
        {
            File.Copy(file, Folder.File("damaged", Path.GetFileName(file)));
        }

        File.WriteAllText(Folder.File("damaged", ModelFolder.History), "PAR1 and nothing");
        CommandRun.InProcess("inspect", Folder.File("damaged")).Failed(ExitCodes.BadData, "delete it");
    }

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefusedBeforeAnythingIsTrained()
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        var job = Job(archive, "refused");
        Refused("--refine", job with { Experiment = Experiment with { Parameters = [] } });
        Refused("--from", job with { Refine = 0, From = Folder.File("refused") });
        Refused("--device", job with { Device = "abacus" });
        Assert.IsFalse(Directory.Exists(Folder.File("refused")));
    }

    private static void Refused(string said, TrainJob job) =>
        Assert.Contains(said, Assert.ThrowsExactly<ArgumentException>(() => TrainWorkflow.Run(job, new SilentProgress())).Message);

    private static TrainJob Job(ParquetArchive archive, string output) => new(Experiment, archive, Folder.File(output)) { Threads = 1, Refine = 12 };

    private static void RequireSame(string output)
    {
        foreach (var file in Bits)
        {
            Assert.AreEqual(ModelFolder.Hash(Folder.File("library", file)), ModelFolder.Hash(Folder.File(output, file)), file);
        }
    }

    /// <summary>Stops a workflow as soon as one of its stages begins.</summary>
    private sealed class StoppingProgress(string stage, CancellationTokenSource stop) : IWorkflowProgress
    {
        public ResultWarnings Warnings { get; } = new();

        public void Say(string text)
        {
        }

        public T Run<T>(string title, Func<IProgress<PhaseState>, T> work)
        {
            if (title == stage)
            {
                stop.Cancel();
            }

            return work(new Relay<PhaseState>(_ => { }));
        }
    }
}
