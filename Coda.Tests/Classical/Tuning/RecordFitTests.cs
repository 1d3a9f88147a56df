using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Tuning;

/// <summary>Systems fitted to short records.</summary>
[TestClass]
public sealed class RecordFitTests
{
    private static readonly Component RungeKutta = new("runge-kutta4");

    /// <summary>Hares and lynxes at a fifth of the steps, with errors of a tenth.</summary>
    internal static readonly TwinExperiment Hares = new()
    {
        System = new Component("lotka-volterra"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.2 }),
        Errors = ErrorModel.Multiplicative,
        Sigma = 0.1,
        StepLength = 0.2,
        StepCount = 150,
        SpinUpSteps = 0,
        Withheld = Withholding.None,
    };

    // The published Bayesian fit (Carpenter, 2018) has .545 ± .064, .028 ± .004, .803 ± .092, .024 ± .004; maximum likelihood on the same numbers .540,
    // .0272, .796, .0237, 34.6, 5.84 and σ .219, without the degrees of freedom that six unknowns use up.
    [TestMethod]
    public void LynxesAndHaresHaveTheirPublishedRates()
    {
        var result = new RecordFit(new Component("lotka-volterra"), RungeKutta, 0.1, new RecordFit.Options
        {
            Starts = [new("a", 1), new("b", 0.1), new("c", 1), new("d", 0.1)],
            StartCount = 3,
        }).Run(LynxAndHare());
        double[] expected = [0.540, 0.0272, 0.796, 0.0237, 34.6, 5.84];
        double[] deviations = [0.064, 0.004, 0.092, 0.004, 3, 0.5];
        var numbers = result.Parameters.Concat(result.InitialStates).ToList();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], numbers[i].Value, 0.02 * deviations[i] + 0.001 * expected[i], numbers[i].Name);
            Assert.AreEqual(deviations[i], numbers[i].StandardError, 0.2 * deviations[i], numbers[i].Name);
            Assert.IsTrue(numbers[i].IsDetermined);
        }

        Assert.AreEqual((42, true), (result.Observations, result.IsSigmaEstimated));
        Assert.AreEqual(0.219, result.Misfit, 0.0005);
        Assert.AreEqual(0.219 * Math.Sqrt(42.0 / 36), result.Sigma!.Value, 0.001);
        Assert.IsLessThan(-0.9, result.Correlations[0][2]);
        Assert.AreEqual(result.Parameters[3].Value, (double)result.System!.Options!["d"]!);
    }

    [TestMethod]
    public void PriorsOfTheValuesGiveThePublishedFit()
    {
        var result = new RecordFit(new Component("lotka-volterra"), RungeKutta, 0.1, new RecordFit.Options
        {
            Priors = [new("a", 1, 0.5), new("b", 0.05, 0.05), new("c", 1, 0.5), new("d", 0.05, 0.05)],
            StartCount = 1,
        }).Run(LynxAndHare());
        Assert.AreEqual(0.545, result.Parameters[0].Value, 0.005);
        Assert.IsInRange(0.1, 0.15, result.Parameters[0].ShareOfPrior);
    }

    [TestMethod]
    public void WhatIsNotObservedIsNotDetermined()
    {
        var twin = Hares with { Operator = new Component("site-selection", new JsonObject { ["sites"] = new JsonArray(1) }) };
        var result = Fit(twin, new RecordFit.Options { StartCount = 2, Sigma = 0.1 });
        Assert.IsFalse(result.IsSigmaEstimated);
        var (a, d) = (result.Parameters.Single(p => p.Name == "a"), result.Parameters.Single(p => p.Name == "d"));
        Assert.IsTrue(a.IsDetermined);
        Assert.AreEqual(0.5, a.Value, 4 * a.StandardError);

        // The number of prey has no unit that the predator shows: only d times it counts.
        Assert.IsFalse(d.IsDetermined);
        Assert.IsGreaterThan(0.5, d.ShareOfPrior);
        Assert.IsLessThan(-0.99, result.Correlations[3][4]);
    }

    [TestMethod]
    public void TrajectoriesShareParametersAndHaveStartsOfTheirOwn()
    {
        var twin = Hares with { TrajectoryCount = 2 };
        var result = Fit(twin, new RecordFit.Options { StartCount = 1, Starts = [new("a", 0.7), new("c", 0.6)] });
        Assert.HasCount(4, result.InitialStates);
        var truth = twin.Truth().ToList();
        foreach (var (name, value) in new[] { ("a", 0.5), ("b", 0.025), ("c", 0.8), ("d", 0.025) })
        {
            var found = result.Parameters.Single(p => p.Name == name);
            Assert.AreEqual(value, found.Value, 4 * found.StandardError, name);
            Assert.IsLessThan(0.1 * value, found.StandardError, name);
        }

        Assert.AreEqual(truth.First(t => t.Trajectory == 1).States.Span[0], result.InitialStates[2].Value, 4 * result.InitialStates[2].StandardError);
        Assert.AreEqual(0.1, result.Sigma!.Value, 0.02);
    }

    [TestMethod]
    public void TheSolutionHasASpreadThatItsErrorsHave()
    {
        var result = Fit(Hares, new RecordFit.Options { StartCount = 1 });
        var (block, truth) = (result.Solution.Single(), Hares.Truth().Values());
        Assert.AreEqual((150, 0L), (block.Count, block.FirstStep));
        var ratios = truth.Select((t, i) => (block.States.Span[i] - t) / block.Spread!.Value.Span[i]).ToList();
        Assert.IsInRange(0.3, 2.0, Math.Sqrt(ratios.Average(r => r * r)));
        Assert.AreEqual(result.InitialStates[0].StandardError, block.Spread!.Value.Span[0], 1e-3 * result.InitialStates[0].StandardError);
    }

    [TestMethod]
    public void AChaoticSystemIsFittedAlongAGrowingRecord()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz63"),
            Operator = new Component("site-selection", new JsonObject { ["sites"] = new JsonArray(0) }),
            ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.2 }),
            Sigma = 1,
            StepLength = 0.02,
            StepCount = 250,
            Withheld = Withholding.None,
        };
        var result = Fit(twin, new RecordFit.Options { StartCount = 2, Starts = [new("rho", 24), new("beta", 3)] });
        foreach (var (name, value) in new[] { ("sigma", 10), ("rho", 28), ("beta", 8.0 / 3) })
        {
            var found = result.Parameters.Single(p => p.Name == name);
            Assert.AreEqual(value, found.Value, 4 * found.StandardError, name);
            Assert.IsTrue(found.IsDetermined);
        }
    }

    [TestMethod]
    public void OptionsAreFoundByWhatTheyMove()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 40, trajectories: 1, fraction: 0.5) with { Withheld = Withholding.None };
        var result = Fit(twin, new RecordFit.Options { StartCount = 1, Starts = [new("F", 7)] });
        Assert.AreEqual(8, result.Parameters.Single().Value, 4 * result.Parameters.Single().StandardError);
        Assert.AreEqual(result.Parameters.Single().Value, (double)result.System!.Options!["forcing"]!);
    }

    [TestMethod]
    public void AKnownNumberStaysAndHasNoError()
    {
        var result = Fit(Hares, new RecordFit.Options { StartCount = 1, Priors = [new("c", 0.8), new("prey", 48)] });
        Assert.AreEqual((0.8, 0.0, true), (result.Parameters[2].Value, result.Parameters[2].StandardError, result.Parameters[2].IsKnown));
        Assert.AreEqual(48, result.InitialStates[0].Value, 1e-12);
        Assert.AreEqual(0, result.Correlations[2][0]);
    }

    [TestMethod]
    [DataRow("e", 1.0, "name: expected one of a, b, c, d, prey, predator, got 'e'")]
    [DataRow("a", -1.0, "a: expected a start between 0 and 100, without these, got -1")]
    [DataRow("prey", 0.0, "prey: expected a start greater than 0, got 0")]
    public void StartsThatCannotBeAreRefused(string name, double value, string said) => Assert.Contains(
        said, Assert.ThrowsExactly<ArgumentException>(() => Fit(Hares, new RecordFit.Options { Starts = [new(name, value)] })).Message);

    [TestMethod]
    public void AnInitialStateAfterTheFirstObservationIsRefused() => Assert.Contains(
        "InitialStep: expected at most 0, the record's first step, got 3",
        Assert.ThrowsExactly<ArgumentException>(() => Fit(Hares, new RecordFit.Options { InitialStep = 3 })).Message);

    private static RecordFitResult Fit(TwinExperiment twin, RecordFit.Options options) =>
        new RecordFit(twin.System, RungeKutta, twin.StepLength, options).Run(twin.Archive());

    private static MemoryArchive LynxAndHare()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "samples", "LynxAndHare", "lynx-hare.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        var stretch = new ObservationStretch(0, new StepRange(0, (10 * (rows.Count - 1)) + 1), 2);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (site, column) in new[] { (0, 2), (1, 1) })
            {
                stretch.Values[(20 * i) + site] = float.Parse(rows[i][column], CultureInfo.InvariantCulture);
                stretch.Mask[(20 * i) + site] = 1;
            }
        }

        var description = new ArchiveDescription
        {
            Layout = new LotkaVolterra(new()).Layout,
            Operator = new Component("site-selection"),
            SiteCount = 2,
            Errors = ErrorModel.Multiplicative,
            StepLength = 0.1,
            Steps = stretch.Steps,
        };
        return new MemoryArchive(description, [stretch]);
    }
}
