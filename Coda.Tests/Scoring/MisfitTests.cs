using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;

namespace Coda.Tests.Scoring;

/// <summary>What withheld observations tell of errors that are small beside their own.</summary>
[TestClass]
public sealed class MisfitTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        StepCount = 400,
        TrajectoryCount = 1,
        SpinUpSteps = 300,
        Withheld = new Withholding(0.3, 9),
    };

    // With σ² taken off and the rest clipped these were 0.000.
    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.032f)]
    [DataRow(0.116f)]
    public void AnErrorFarBelowTheNoiseIsNotResolvedAndNoNumberStandsForIt(float error)
    {
        var results = Score(Twin, error);
        CollectionAssert.AreEqual(new[] { WithheldScoring.Misfit, WithheldScoring.MisfitRatio, Bias.Name }, results.Select(r => r.Score).ToArray());
        var misfit = results[0];
        Assert.AreEqual(1, misfit.Value, 0.1, "The noise is in it.");
        Assert.AreEqual(misfit.Value, results[1].Value, 1e-9, "σ is 1.");
        Assert.IsFalse(misfit.Error!.IsResolved);
        Assert.IsNull(misfit.Error.RootMeanSquareError);
        Assert.IsTrue(misfit.Error.Low < error * error && misfit.Error.High > error * error, $"{misfit.Error}");
        StringAssert.Contains(misfit.Error.Interval, "95 %, by 8 blocks of 50 steps");
    }

    [TestMethod]
    [DataRow(1, "blocks of 50 steps")]
    [DataRow(10, "by 10 trajectories")]
    public void AnErrorThatIsResolvedHasAnIntervalAroundIt(int trajectories, string interval)
    {
        var results = Score(Twin with { TrajectoryCount = trajectories, Sigma = 0.5 }, 0.8f);
        var (misfit, error) = (results[0], results.Single(r => r.Score == RootMeanSquareError.Name));
        Assert.AreEqual(Math.Sqrt((0.8 * 0.8) + 0.25), misfit.Value, 0.06);
        Assert.AreEqual(misfit.Value / 0.5, results[1].Value, 1e-6);
        Assert.AreEqual(0.8, error.Value, 0.07);
        Assert.IsTrue(misfit.Error!.Least < 0.8 && misfit.Error.Most > 0.8, $"{misfit.Error}");
        StringAssert.Contains(misfit.Error.Interval, interval);
    }

    // Of 200 records, 95 % of the intervals hold the truth, give or take 1.5 %.
    [TestMethod]
    public void TheIntervalsHoldTheTruthAsOftenAsTheySay()
    {
        var held = 0;
        for (var record = 0; record < 200; record++)
        {
            var (sum, random) = (new MisfitSum(MisfitSum.BlockLength(400)), new CounterRandom(23, record));
            for (var i = 0; i < 2000; i++)
            {
                sum.Add(0, i / 5, 0.3 + random.NextGaussian(), 1);
            }

            var error = sum.Error();
            held += error.Low < 0.09 && error.High > 0.09 ? 1 : 0;
        }

        Assert.IsInRange(181, 198, held);
    }

    [TestMethod]
    public void OneBlockTellsNoInterval()
    {
        var sum = new MisfitSum(50);
        sum.Add(0, 7, 3, 1);
        Assert.AreEqual(new ErrorEstimate(8, null, null, "none, of one block"), sum.Error());
        Assert.IsFalse(sum.Error().IsResolved);
    }

    [TestMethod]
    public void OfACalibrationWhatTheNoiseHidesIsNoZero()
    {
        var states = Twin.Truth().Select(b => b with { Spread = Enumerable.Repeat(0.03f, b.States.Length).ToArray() });
        var calibration = WithheldScoring.Report(states, new MemoryArchive(Twin.Describe(), Twin.Observations())).Calibrations.Single();
        Assert.IsNull(calibration.RootMeanSquareError);
        Assert.IsNull(calibration.Ratio);
        Assert.AreEqual(1, calibration.Misfit, 0.1);
        Assert.IsTrue(calibration.Bins.All(b => b.RootMeanSquareError is null && b.Misfit > 0.5));
    }

    private static IReadOnlyList<ScoreResult> Score(TwinExperiment twin, float error) => WithheldScoring.Score(
        twin.Truth().Select(b => b with { States = b.States.ToArray().Select((x, i) => x + (i % 2 == 0 ? error : -error)).ToArray() }),
        new MemoryArchive(twin.Describe(), twin.Observations()));
}
