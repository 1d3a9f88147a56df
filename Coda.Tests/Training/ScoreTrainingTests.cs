using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Training of a score: reproducible, resumable, and it learns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ScoreTrainingTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads)
    {
        using var folder = new TemporaryDirectory();
        var whole = Train("whole");
        for (var step = 1; step <= 5; step++)
        {
            using var loop = new TrainingLoop(ScoreExamples.Stage(ScoreExamples.Twin()), folder.File("often"), threads: threads);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, loop.Step);
        }

        var often = Train("often");
        foreach (var (name, values) in whole.Parts[ScoreStage.Score])
        {
            CollectionAssert.AreEqual(values, often.Parts[ScoreStage.Score][name], name);
        }

        Assert.AreEqual(whole.Validation, often.Validation);

        TrainedWeights Train(string name)
        {
            using var loop = new TrainingLoop(ScoreExamples.Stage(ScoreExamples.Twin()), folder.File(name), threads: threads);
            return loop.Run();
        }
    }

    [TestMethod]
    public void AShortTrainingLearnsThatStatesFollowEachOther()
    {
        using var folder = new TemporaryDirectory();
        var experiment = ScoreExamples.Experiment with
        {
            Score = ScoreExamples.Experiment.Score! with
            {
                Network = new Component("residual-score", new() { ["blanket"] = 2, ["width"] = 32, ["blocks"] = 1 }), Every = 2,
            },
            Steps = 400,
            BatchSize = 64,
            WarmUpSteps = 20,
            LearningRate = 5e-3,
            AveragingDecay = 0.9,
            ValidationInterval = 100,
            CheckpointInterval = 1000,
        };
        using var loop = new TrainingLoop(
            ScoreExamples.Stage(ScoreExamples.Twin(steps: 120, trajectories: 20), experiment), folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(0.75, loop.Run().Validation, "1 is what is expected of states that know nothing of each other");
    }

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        Refused("member score", TrainingExamples.Experiment);
        Refused("score.every", Of(score => score with { Every = 0 }));
        Refused("score.mostNoise", Of(score => score with { MostNoise = 1e-3 }));
        Refused("score.method", Of(score => score with { Method = new Component("enks"), Teacher = StateTeacher.Truth }));
        Refused("parameters", ScoreExamples.Experiment with { Parameters = [new TrainedParameter("rho", 6)] });
        Refused("cycle", ScoreExamples.Experiment with { Cycle = new CycleFit() });
        Assert.Contains("a longer record", Assert.ThrowsExactly<InvalidDataException>(
            () => ScoreStage.Require(Of(score => score with { Every = 40 }), ScoreExamples.Twin().Archive())).Message);

        static Experiment Of(Func<ScoreFit, ScoreFit> change) => ScoreExamples.Experiment with { Score = change(ScoreExamples.Experiment.Score!) };

        static void Refused(string what, Experiment experiment) => Assert.Contains(
            what, Assert.ThrowsExactly<ArgumentException>(() => ScoreStage.Require(experiment, ScoreExamples.Twin().Archive())).Message,
            StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void SegmentsWithStatesThatAreNotSoundAreNotFitted()
    {
        var twin = ScoreExamples.Twin();
        var archive = twin.Archive();
        var states = new Reanalysis(archive.Description, 3, twin.Truth().Select(Spoil), Enumerable.Range(0, 12).Select(t => (t, new StepRange(0, 20))));
        using var folder = new TemporaryDirectory();
        using var loop = new TrainingLoop(new ScoreStage(ScoreExamples.Experiment, archive, states), folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(1e2, loop.Run().Validation, "the spoilt states are 1e6 large");

        static StateBlock Spoil(StateBlock block)
        {
            var values = block.States.ToArray();
            for (var row = 0; row < block.Count; row++)
            {
                if (block.FirstStep + row < 20)
                {
                    values.AsSpan(row * 3, 3).Fill(1e6f);
                }
            }

            return block with { States = values };
        }
    }
}
