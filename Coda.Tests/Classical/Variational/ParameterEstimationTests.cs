using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Classical.Tuning;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>Parameters estimated with the states.</summary>
[TestClass]
public sealed class ParameterEstimationTests
{
    [TestMethod]
    [DataRow(7.2)]
    [DataRow(8.8)]
    public void TheForcingIsFoundFromEitherSide(double start)
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 300, trajectories: 6, fraction: 0.5, seed: 5);
        var archive = twin.Archive();
        var estimation = new ParameterEstimation(
            new AnalysisContext(archive), new Component("lorenz96", new JsonObject { ["size"] = 12 }), new Component("runge-kutta4"), new RoughGuess(twin, 0.3),
            new ParameterEstimation.Options { Parameters = [KeyValuePair.Create("F", start)], StretchLength = 300 });
        var estimates = estimation.Estimate(archive);
        var estimate = estimates.Parameters.Single();
        Assert.AreEqual((start, 6, true), (estimate.Start, estimates.Stretches + estimates.Unsound, estimate.IsDetermined));
        Assert.IsInRange(1e-4, 0.1, estimate.ShareOfPrior);
        Assert.AreEqual(1, estimates.Correlations[0][0], 1e-12);
        Assert.IsInRange(1e-4, 0.04, estimate.StandardError);
        Assert.AreEqual(8, estimate.Value, Math.Max(0.02, 4 * estimate.StandardError));
    }

    [TestMethod]
    public void WhatIsLeftOfThePriorAndCorrelationsStandBesideTheErrors()
    {
        var twin = ExampleTwins.Lorenz96(steps: 200, trajectories: 2, fraction: 1, seed: 5) with { System = new Component("lorenz63"), StepLength = 0.02 };
        var estimation = new ParameterEstimation(
            new AnalysisContext(twin.Archive()), twin.System, new Component("runge-kutta4"), new RoughGuess(twin, 0.3),
            new ParameterEstimation.Options { Parameters = [new("sigma", 10.5), new("rho", 28)], StretchLength = 100 });
        var estimates = estimation.Estimate(twin.Archive());
        CollectionAssert.AreEqual(new[] { "sigma", "rho" }, estimates.Parameters.Select(p => p.Name).ToArray());
        Assert.IsTrue(estimates.Parameters.All(p => p is { IsDetermined: true, ShareOfPrior: > 1e-4 }));
        Assert.AreEqual((1.0, 1.0), (estimates.Correlations[0][0], estimates.Correlations[1][1]));
        Assert.AreEqual(estimates.Correlations[0][1], estimates.Correlations[1][0], 1e-9);
        Assert.IsInRange(0.01, 0.99, Math.Abs(estimates.Correlations[0][1]));

        // Of two steps next to nothing is known.
        var brief = twin with { StepCount = 4, TrajectoryCount = 1, Sigma = 20 };
        var unknown = new ParameterEstimation(
            new AnalysisContext(twin.Archive()), twin.System, new Component("runge-kutta4"), new RoughGuess(brief, 0.3),
            new ParameterEstimation.Options { Parameters = [new("sigma", 10.5)] }).Estimate(brief.Archive()).Parameters.Single();
        Assert.IsFalse(unknown.IsDetermined);
        Assert.IsInRange(0.9, 1, unknown.ShareOfPrior);
    }

    // An ensemble of augmented states needs nothing but the system's name.
    [TestMethod]
    public void AnEnsembleFilterFollowsTheParameterToo()
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 600, trajectories: 1, fraction: 0.5, seed: 5);
        var system =
            new JsonObject { ["name"] = "augmented",
                ["options"] = new JsonObject { ["system"] = new JsonObject { ["name"] = "lorenz96",
                    ["options"] = new JsonObject { ["size"] = 12, ["forcing"] = 7.9 } } } };
        var method =
            AssimilationMethod.Catalog.Create(new Component("etkf", new JsonObject { ["system"] = system, ["inflation"] = 1.01, ["members"] = 30 }),
                new AnalysisContext(twin.Archive()));
        Assert.AreEqual(13, method.Layout.Size);
        var last = method.Analyze(twin.Archive()).Last();
        Assert.AreEqual(8, last.States.Span[^1], 0.15);
    }

    // Places that each have a forcing of their own: the analyses end with it, from what the system takes it for.
    [TestMethod]
    public void ASmootherFindsTheParameterOfEachTrajectory()
    {
        double[] truth = [7.5, 8, 8.6];
        var archives = truth.Select(f => (ExampleTwins.Lorenz96(size: 12, steps: 200, trajectories: 1, fraction: 0.5, seed: 5) with
        {
            System = new Component("lorenz96", new JsonObject { ["size"] = 12, ["forcing"] = f }),
        }).Archive()).ToList();
        var places = new MemoryArchive(
            archives[0].Description with { TrajectoryCount = 3 }, archives.Select((a, i) => Moved(a.ReadObservations(0, a.Description.Steps), i)));
        var method = AssimilationMethod.Catalog.Create(Smoother(deviation: 0.5), new AnalysisContext(places));
        foreach (var block in method.Analyze(places))
        {
            var (estimate, spread) = (block.States.Span[12], block.Spread!.Value.Span[12]);
            Assert.IsInRange(1e-3f, 0.1f, spread);
            Assert.AreEqual(truth[block.Trajectory], estimate, 4 * spread);
            Assert.AreEqual(estimate, block.States.Span[^1], 0.01, "it stands still");
        }

        // What is known well before stays what it is.
        var stubborn = AssimilationMethod.Catalog.Create(Smoother(deviation: 1e-4), new AnalysisContext(places));
        Assert.IsTrue(stubborn.Analyze(places).All(block => Math.Abs(block.States.Span[12] - 8) < 1e-3));
    }

    [TestMethod]
    public void DeviationsAndVariancesOfFieldsThatAreNotThereAreRefused()
    {
        var archive = ExampleTwins.Lorenz96(size: 12, steps: 50, trajectories: 1, fraction: 0.5, seed: 5).Archive();
        void Refuses(Component smoother, string part) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => AssimilationMethod.Catalog.Create(smoother, new AnalysisContext(archive))).Message, part);
        Refuses(new Component("iterated-extended-smoother", new JsonObject { ["deviations"] = new JsonArray(0.5) }), "0 parameters");
        Refuses(
            new Component("iterated-extended-smoother", new JsonObject { ["modelErrorVariances"] = new JsonObject { ["y"] = 1 } }),
            "expected fields of the state (x: ring of 12), got y");
        Refuses(
            new Component("iterated-extended-smoother", new JsonObject { ["modelErrorVariances"] = new JsonObject { ["x"] = -1 } }),
            "at least 1e-12");
        var free = Smoother(deviation: 0.5);
        free.Options!["solver"] = "conjugateGradients";
        free.Options.Remove("modelErrorVariances");
        Refuses(free, "solver=dense");
        var still = Smoother(deviation: 5);
        still.Options!["modelErrorVariances"] = new JsonObject { ["parameters"] = 1e-12 };
        Refuses(still, "2.5E-10 here");
    }

    [TestMethod]
    public void ParametersThatTheSystemLacksAreRefused()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new AugmentedSystem(new AugmentedSystem.Options { Parameters = ["G"] }));
        StringAssert.Contains(fault.Message, "parameters of 'lorenz96' (F)");
        Assert.ThrowsExactly<ArgumentException>(() => new AugmentedSystem(new AugmentedSystem.Options { Parameters = [] }));
    }

    [TestMethod]
    public void WhatDoesNotConvergeIsSaid()
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 200, trajectories: 2, fraction: 0.3, seed: 5);
        var archive = twin.Archive();
        var climatology = AssimilationMethod.Catalog.Create(new Component("climatology"), new AnalysisContext(archive));
        var estimation = new ParameterEstimation(
            new AnalysisContext(archive), new Component("lorenz96", new JsonObject { ["size"] = 12, ["forcing"] = 8.0 }), new Component("runge-kutta4"),
            climatology,
            new ParameterEstimation.Options { Parameters = [KeyValuePair.Create("F", 20.0)], Passes = 1, StretchLength = 200 });
        var fault = Assert.ThrowsExactly<DivergenceException>(() => estimation.Estimate(archive));
        StringAssert.Contains(fault.Message, "None of 2 stretches converged");
    }

    private static Component Smoother(double deviation) => new("iterated-extended-smoother", new JsonObject
    {
        ["system"] = new JsonObject
        {
            ["name"] = "augmented",
            ["options"] = new JsonObject
            {
                ["system"] = new JsonObject { ["name"] = "lorenz96", ["options"] = new JsonObject { ["size"] = 12, ["forcing"] = 8 } },
            },
        },
        ["modelErrorVariances"] = new JsonObject { ["parameters"] = 1e-11 },
        ["deviations"] = new JsonArray(deviation),
        ["passes"] = 20,
    });

    private static ObservationStretch Moved(ObservationStretch from, int trajectory)
    {
        var stretch = new ObservationStretch(trajectory, from.Steps, from.SiteCount);
        from.Values.CopyTo(stretch.Values, 0);
        from.Mask.CopyTo(stretch.Mask, 0);
        return stretch;
    }
}
