using Coda.Data.Foundation;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
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
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads) =>
        StageLoops.InterruptionChangesNoBit(() => ScoreExamples.Stage(ScoreExamples.Twin()), ScoreStage.Score, threads);

    [TestMethod]
    public void AShortTrainingLearnsThatStatesFollowEachOther()
    {
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
        var stage = ScoreExamples.Stage(ScoreExamples.Twin(steps: 120, trajectories: 20), experiment);
        Assert.IsLessThan(0.75, StageLoops.Run(stage).Validation, "1 is what is expected of states that know nothing of each other");
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

        static void Refused(string what, Experiment experiment) =>
            StageLoops.Refused(what, () => ScoreStage.Require(experiment, ScoreExamples.Twin().Archive()));
    }

    [TestMethod]
    public void SegmentsWithStatesThatAreNotSoundAreNotFitted()
    {
        var (archive, states) = StageLoops.Spoilt(ScoreExamples.Twin(), 20);
        Assert.IsLessThan(1e2, StageLoops.Run(new ScoreStage(ScoreExamples.Experiment, archive, states)).Validation, "the spoilt states are 1e6 large");
    }
}
