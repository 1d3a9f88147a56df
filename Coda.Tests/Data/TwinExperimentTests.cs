using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;

namespace Coda.Tests.Data;

/// <summary>Twin experiments: reproducible, whatever the batching, with the errors and networks asked for.</summary>
[TestClass]
public sealed class TwinExperimentTests
{
    private static readonly TwinExperiment Small = new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        TrajectoryCount = 5,
        StepCount = 60,
        SpinUpSteps = 100,
        Seed = 3,
    };

    public static IEnumerable<object[]> Systems => DynamicalSystem.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void TheSameSeedGivesTheSameBits(string system)
    {
        var experiment = (Small with { System = SmallSystem.Component(system), StepLength = 0.005, StepCount = 20, TrajectoryCount = 2 }).Forced();
        Assert.IsTrue(experiment.Truth().SelectMany(Floats).SequenceEqual(experiment.Truth().SelectMany(Floats)));
        Assert.IsTrue(experiment.Observations().SelectMany(o => o.Values).SequenceEqual(experiment.Observations().SelectMany(o => o.Values)));
        Assert.IsFalse(experiment.Truth().SelectMany(Floats).SequenceEqual((experiment with { Seed = 4 }).Truth().SelectMany(Floats)));
    }

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void ATrajectoryIsTheSameAloneAndAmongOthers(string system)
    {
        var experiment = (Small with { System = SmallSystem.Component(system), StepLength = 0.005 }).Forced();
        var alone = experiment with { TrajectoryCount = 1 };
        Assert.IsTrue(experiment.Truth().Where(b => b.Trajectory == 0).SelectMany(Floats).SequenceEqual(alone.Truth().SelectMany(Floats)));
        Assert.IsTrue(experiment.Observations().First(o => o.Trajectory == 0).Values.SequenceEqual(alone.Observations().SelectMany(o => o.Values)));
        var fewer = experiment with { TrajectoryCount = 3 };
        Assert.IsTrue(
            experiment.Truth().Where(b => b.Trajectory == 2).SelectMany(Floats).SequenceEqual(fewer.Truth().Where(b => b.Trajectory == 2).SelectMany(Floats)));
    }

    [TestMethod]
    public void ALongRunInPiecesIsOneRun()
    {
        var experiment = Small with { TrajectoryCount = 1, StepCount = 9000 };
        var blocks = experiment.Truth().ToList();
        Assert.IsGreaterThan(1, blocks.Count);
        var next = 0L;
        foreach (var block in blocks)
        {
            Assert.AreEqual(next, block.FirstStep);
            next += block.Count;
        }

        Assert.AreEqual(9000, next);
        Assert.AreEqual(9000, experiment.Observations().Sum(o => o.Steps.Count));

        // The state at step 5000 of this run is that of step 0 after a spin-up 5000 steps longer.
        var later = (experiment with { SpinUpSteps = 5100, StepCount = 10 }).Truth().SelectMany(Floats).Take(8);
        Assert.IsTrue(blocks.SelectMany(Floats).Skip(5000 * 8).Take(8).SequenceEqual(later));
    }

    [TestMethod]
    public void ObservationsLieOnTheTruthWithErrorsOfSigma()
    {
        var experiment =
            Small with { TrajectoryCount = 4, StepCount = 2500, Sigma = 0.7,
                ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }) };
        double count = 0, sum = 0, squares = 0, fourths = 0, neighbours = 0;
        foreach (var (truth, observed) in experiment.Truth().Zip(experiment.Observations()))
        {
            Assert.AreEqual((truth.Trajectory, new StepRange(truth.FirstStep, truth.FirstStep + truth.Count)), (observed.Trajectory, observed.Steps));
            for (var i = 0; i < observed.Mask.Length; i++)
            {
                if (observed.Mask[i] == 0)
                {
                    Assert.AreEqual(0, observed.Values[i]);
                    continue;
                }

                var error = (double)observed.Values[i] - truth.States.Span[i];
                (count, sum, squares, fourths) = (count + 1, sum + error, squares + (error * error), fourths + Math.Pow(error, 4));
                neighbours += i % 8 > 0 && observed.Mask[i - 1] == 1 ? error * (observed.Values[i - 1] - truth.States.Span[i - 1]) : 0;
            }
        }

        Assert.AreEqual(0.5, count / 80_000, 5 * 0.5 / Math.Sqrt(80_000));
        Assert.AreEqual(0, sum / count, 5 * 0.7 / Math.Sqrt(count));
        Assert.AreEqual(0.49, squares / count, 5 * 0.49 * Math.Sqrt(2 / count));
        Assert.AreEqual(3, fourths / count / (0.49 * 0.49), 5 * Math.Sqrt(96 / count));
        Assert.AreEqual(0, neighbours / count, 5 * 0.49 / Math.Sqrt(count));
    }

    [TestMethod]
    public void ErrorsOfTrajectoriesAndStepsAreDrawnByThemselves()
    {
        var experiment = Small with { TrajectoryCount = 2, StepCount = 2000, ObservingNetwork = new Component("fixed-sites") };
        var errors = experiment.Truth().Zip(experiment.Observations()).Select(p => p.Second.Values.Zip(Floats(p.First), (y, x) => (double)y - x).ToArray())
            .ToArray();
        var bound = 5 / Math.Sqrt(errors[0].Length - 8);
        Assert.AreEqual(0, errors[0].Zip(errors[1], (a, b) => a * b).Average(), bound, "between trajectories");
        Assert.AreEqual(0, errors[0].Zip(errors[0].Skip(8), (a, b) => a * b).Average(), bound, "between steps");
        Assert.AreEqual(0, errors[0].Zip(errors[1].Skip(8), (a, b) => a * b).Average(), bound, "between both");
    }

    [TestMethod]
    public void WithoutErrorEverySiteShowsTheOperatorsValue()
    {
        var experiment = Small with
        {
            Sigma = 0,
            TrajectoryCount = 1,
            ObservingNetwork = new Component("fixed-sites"),
            Operator = new Component("site-selection", new JsonObject { ["sites"] = new JsonArray(5, 1) }),
        };
        var truth = experiment.Truth().Single();
        var observed = experiment.Observations().Single();
        for (var step = 0; step < 60; step++)
        {
            Assert.AreEqual(
                (truth.States.Span[(step * 8) + 5], truth.States.Span[(step * 8) + 1]), (observed.Values[2 * step], observed.Values[(2 * step) + 1]));
        }
    }

    [TestMethod]
    public void TheArchiveThatAnExperimentDescribesTakesItsObservations()
    {
        var description = Small.Describe("a test");
        Assert.AreEqual((8, 8, 1.0, 5, new StepRange(0, 60), "a test"),
            (description.SiteCount, description.Layout.Size, description.Sigma, description.TrajectoryCount, description.Steps, description.Provenance));
        var archive = new MemoryArchive(description, Small.Observations());
        var third = Small.Observations().Single(o => o.Trajectory == 3);
        CollectionAssert.AreEqual(third.Values, archive.ReadObservations(3, description.Steps).Values);
    }

    [TestMethod]
    public void AllFaultsAreReportedAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => (Small with { Sigma = double.NaN, TrajectoryCount = 0, StepCount = 0, SpinUpSteps = -1, Withheld = new Withholding(1, 0) }).Describe());
        foreach (var name in new[] { "Sigma", "TrajectoryCount", "StepCount", "SpinUpSteps", "Withheld" })
        {
            StringAssert.Contains(fault.Message, $"{name}: expected");
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => (Small with { System = new Component("lorenz69") }).Describe()).Message, "Did you mean 'lorenz6");
    }

    [TestMethod]
    public void ADivergingSimulationStopsAndSaysWhere()
    {
        var fault = Assert.ThrowsExactly<DivergenceException>(() => (Small with { StepLength = 1 }).Truth().Count());
        StringAssert.Contains(fault.Message, "'lorenz96' diverged at step -");
        StringAssert.Contains(fault.Message, "Take a smaller step than 1");
    }

    [TestMethod]
    public void AFirstStepThatOverflowsNamesTheTendencyAndTheCure()
    {
        var fault = Assert.ThrowsExactly<DivergenceException>(() => (Small with { StepLength = 1e200 }).Truth().Count());
        StringAssert.Contains(fault.Message, "expected finite states after one step of 1E+200, got others: the tendency at its reference state (largest entry 8");
        StringAssert.Contains(fault.Message, "a unit of time. Take a smaller step than 1E+200; where that is small already, check the equation's units");
        fault = Assert.ThrowsExactly<DivergenceException>(() => (Small with
        {
            System = new Component("lotka-volterra", new JsonObject { ["a"] = 100 }), StepLength = 1, SpinUpSteps = 0, StepCount = 3,
        }).Truth().Count());
        StringAssert.Contains(fault.Message, "'lotka-volterra': expected finite states after one step of 1, got others");
    }

    private static float[] Floats(StateBlock block) => block.States.ToArray();
}
