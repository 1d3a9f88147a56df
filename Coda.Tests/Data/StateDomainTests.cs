using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Tests.Inference;

namespace Coda.Tests.Data;

/// <summary>Fields with bounds, and errors that are a share of the value.</summary>
[TestClass]
public sealed class StateDomainTests
{
    private static readonly TwinExperiment Hares = new()
    {
        System = new Component("lotka-volterra"),
        ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 0.3 }),
        Errors = ErrorModel.Multiplicative,
        Sigma = 0.2,
        StepLength = 0.1,
        StepCount = 300,
        SpinUpSteps = 0,
        Withheld = new Withholding(0.1, 1),
    };

    [TestMethod]
    [DataRow(null, null, -3.0)]
    [DataRow(0.0, null, 1e-3)]
    [DataRow(2.0, null, 2.5)]
    [DataRow(null, 1.0, -4.0)]
    [DataRow(-1.0, 3.0, 2.9)]
    public void CoordinatesComeBackAndSlopesAreDerivatives(double? lower, double? upper, double x)
    {
        var domain = new StateDomain(lower, upper);
        var z = domain.ToWorking(x);
        Assert.AreEqual(x, domain.ToPhysical(z), 1e-12);
        Assert.AreEqual(Math.Abs(domain.ToPhysical(z + 1e-6) - domain.ToPhysical(z - 1e-6)) / 2e-6, domain.Slope(z), 1e-6);
        var ops = new BufferAlgebra<double>();
        var value = domain.ToPhysical(ops.Field(ops.Constant([z])));
        Assert.AreEqual(x, value.Value.Span[0], 1e-12);

        // dz/dt = dx/dt / (dx/dz), with the sign that a bound above gives.
        var rate = domain.ToWorkingTendency(ops.Field(ops.Constant([2.0])), value).Value.Span[0];
        Assert.AreEqual(2 / ((domain.ToPhysical(z + 1e-6) - domain.ToPhysical(z - 1e-6)) / 2e-6), rate, 1e-6 * Math.Abs(rate));
    }

    [TestMethod]
    public void ValuesBeyondTheBoundsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => StateDomain.Positive.ToWorking(0));
        Assert.ThrowsExactly<ArgumentException>(() => StateLayout.Of("x").Within(new StateDomain(1, 1)));
        var layout = StateLayout.Of("prey", "predator").Within(StateDomain.Positive);
        Assert.Contains(
            "expected predator greater than 0, got -1",
            Assert.ThrowsExactly<InvalidDataException>(() => new StateBlock(0, 7, 2, new float[] { 1, -1 }).ToWorking(layout)).Message);
    }

    [TestMethod]
    public void ALayoutComesBackFromJsonWithItsDomain()
    {
        var layout = StateLayout.Of("prey", "predator").Within(new StateDomain(0, 5));
        var json = System.Text.Json.JsonSerializer.Serialize(layout, CodaJson.Options);
        Assert.AreEqual(layout, CodaJson.Parse<StateLayout>(json, "test", ""));
        Assert.DoesNotContain("domain", System.Text.Json.JsonSerializer.Serialize(StateLayout.Of("x"), CodaJson.Options));
    }

    [TestMethod]
    public void TheSystemKeepsItsConservedQuantityAndItsSign()
    {
        var truth = Hares.Truth().SelectMany(block => block.States.ToArray()).ToArray();
        Assert.IsTrue(truth.All(x => x > 0));

        // Volterra's constant: d prey - c ln prey + b predator - a ln predator.
        var constants = Enumerable.Range(0, truth.Length / 2)
            .Select(i => (0.025 * truth[2 * i]) - (0.8 * Math.Log(truth[2 * i])) + (0.025 * truth[(2 * i) + 1]) - (0.5 * Math.Log(truth[(2 * i) + 1])))
                .ToArray();
        Assert.AreEqual(constants[0], constants[^1], 1e-4);
        Assert.IsGreaterThan(20, truth.Where((_, i) => i % 2 == 0).Max() - truth.Where((_, i) => i % 2 == 0).Min(), "An orbit, no equilibrium.");
    }

    [TestMethod]
    [DataRow("etkf", """{ "members": 20, "spinUpSteps": 0 }""")]
    [DataRow("enks", """{ "members": 20, "spinUpSteps": 0, "lag": 50 }""")]
    [DataRow("strong-four-dvar", """{ "halfWidth": 25 }""")]
    [DataRow("iterated-extended-smoother", "{}")]
    public void MethodsWorkOnLogarithmsAndAnswerInNumbers(string name, string options)
    {
        var archive = Hares.Archive();
        var method = AssimilationMethod.Catalog.Create(
            new Component(name, System.Text.Json.Nodes.JsonNode.Parse(options)!.AsObject()), new AnalysisContext(archive));
        var analyses = method.Analyze(archive).ToList();
        Assert.IsTrue(analyses.TrueForAll(block => block.States.ToArray().All(x => x > 0)));
        var truth = Hares.Truth().Values();
        var errors = analyses.Values().Zip(truth, (a, t) => Math.Abs(Math.Log(a / t))).Order().ToArray();
        Assert.IsLessThan(0.1, errors[errors.Length / 2], "half the observations' error");

        // Misfits are those of logarithms, in units of their error.
        var scores = WithheldScoring.Score(analyses, archive, new ScoreRequest { Layout = method.Layout });
        Assert.AreEqual(1, scores.Single(s => s.Score == WithheldScoring.MisfitRatio).Value, 0.35);
    }

    [TestMethod]
    [DataRow("etkf")]
    [DataRow("strong-four-dvar")]
    [DataRow("three-dvar")]
    public void AReferenceWhoseErrorsAreOfAnotherKindIsRefused(string name)
    {
        var reference = (Hares with { Errors = ErrorModel.Additive }).Archive();
        var method = AssimilationMethod.Catalog.Create(new Component(name), new AnalysisContext(reference));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => method.Analyze(Hares.Archive()).First());
        Assert.Contains("expected additive ones of 'prey', got multiplicative", fault.Message);
    }

    [TestMethod]
    public void ForecastsStartFromNumbersAndEndInNumbers()
    {
        var archive = Hares.Archive();
        var model = new SimulatorModel(new ForecastContext(archive.Description), new());
        var truth = Hares.Truth().ToList();
        var forecasts = Forecasts.Run(model, truth, new ForecastRequest { Leads = [0, 50], StartEvery = 100 }).Where(block => block.Lead == 50).ToList();
        Assert.HasCount(3, forecasts);
        foreach (var block in forecasts)
        {
            var expected = truth.Values().AsSpan((int)(block.FirstStep + 50) * 2, 2).ToArray();
            Assert.AreEqual(1, block.States.Span[0] / expected[0], 1e-3);
            Assert.AreEqual(1, block.States.Span[1] / expected[1], 1e-3);
        }
    }

    [TestMethod]
    public void EnsemblesOfForecastsAreOfNumbers()
    {
        var archive = Hares.Archive();
        var model = new SimulatorModel(new ForecastContext(archive.Description), new());
        var request = new ForecastRequest { Leads = [0], StartEvery = 300, Members = 2000, InitialSpread = 2 };
        var (start, mean) = (Hares.Truth().First(), Forecasts.Run(model, Hares.Truth(), request).Single());
        for (var i = 0; i < 2; i++)
        {
            Assert.AreEqual(start.States.Span[i], mean.States.Span[i], 0.2, "2 is in the numbers' unit, not in that of their logarithms");
            Assert.AreEqual(2, mean.Spread!.Value.Span[i], 0.15);
        }
    }

    [TestMethod]
    public void TheSpreadOfLogarithmsIsJudgedWhereNumbersAreWithheld()
    {
        var archive = Hares.Archive();
        var method = AssimilationMethod.Catalog.Create(new Component("iterated-extended-smoother"), new AnalysisContext(archive));
        var report = WithheldScoring.Report(method.Analyze(archive), archive, new ScoreRequest { Layout = method.Layout });
        Assert.HasCount(1, report.Calibrations);
    }

    [TestMethod]
    public void AFieldThatMayBeNegativeHasNoMultiplicativeErrors()
    {
        var archive = (Hares with { System = new Component("lorenz63"), Errors = ErrorModel.Additive }).Archive();
        var description = archive.Description with { Errors = ErrorModel.Multiplicative };
        Assert.Contains(
            "expected fields that are greater than 0, got x",
            Assert.ThrowsExactly<ArgumentException>(
                () => WorkingOperator.Of(description.Operator, description.Layout, description.ErrorModels())).Message);
    }
}
