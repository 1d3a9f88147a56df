using Coda.Classical.Tuning;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Data;

/// <summary>Errors of several kinds: additive, a share of the value, and growing with its square root, for all fields or one by one.</summary>
[TestClass]
public sealed class ErrorModelTests
{
    private static readonly StateLayout Mixed = new([new("hare", new Components(1)) { Domain = StateDomain.Positive }, new("T", new Components(1))]);

    private static readonly TwinExperiment Counted = new()
    {
        System = new Component("lotka-volterra"),
        ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 0.4 }),
        Errors = ErrorModel.Multiplicative,
        Sigma = 0.1,
        Fields = new(StringComparer.Ordinal) { ["predator"] = new() { Sigma = 0.5, Errors = ErrorModel.SquareRoot } },
        StepLength = 0.1,
        StepCount = 300,
        SpinUpSteps = 0,
        Withheld = new Withholding(0.2, 1),
    };

    [TestMethod]
    [DataRow(ErrorModel.Additive, 9.0, 9.0, 1.0)]
    [DataRow(ErrorModel.Multiplicative, 9.0, 2.1972245773362196, 9.0)]
    [DataRow(ErrorModel.SquareRoot, 9.0, 6.0, 3.0)]
    public void ScalesComeBackAndSlopesAreDerivatives(ErrorModel errors, double y, double u, double slope)
    {
        Assert.AreEqual(u, errors.ToScale((float)y), 1e-6);
        Assert.AreEqual(y, errors.FromScale(u), 1e-12);
        Assert.AreEqual(slope, errors.Slope(y), 1e-12);
        Assert.AreEqual(slope, (errors.FromScale(u + 1e-6) - errors.FromScale(u - 1e-6)) / 2e-6, 1e-6);
        var ops = new BufferAlgebra<double>();
        Assert.AreEqual(u, errors.ToScale(ops.Field(ops.Constant([y]))).Value.Span[0], 1e-12);
    }

    [TestMethod]
    public void EachSiteIsSeenOnTheScaleOfItsErrors()
    {
        var layout = StateLayout.Of("a", "b", "c").Within(StateDomain.Positive);
        var h = WorkingOperator.Of(new Component("site-selection"), layout, [ErrorModel.SquareRoot, ErrorModel.Additive, ErrorModel.Multiplicative]);
        var ops = new BufferAlgebra<double>();
        var seen = h.Apply(ops, ops.From([Math.Log(9), Math.Log(5), Math.Log(7)], 1, 3)).Span;
        double[] expected = [6, 5, Math.Log(7)];
        for (var site = 0; site < 3; site++)
        {
            Assert.AreEqual(expected[site], seen[site], 1e-12);
        }

        Assert.IsFalse(h.IsSelection(3));
        Assert.IsTrue(WorkingOperator.Of(new Component("site-selection"), Mixed, [ErrorModel.Multiplicative, ErrorModel.Additive]).IsSelection(2));
        Assert.Contains("expected fields that are greater than 0, got T", Assert.ThrowsExactly<ArgumentException>(
            () => WorkingOperator.Of(new Component("site-selection"), Mixed, [ErrorModel.Multiplicative, ErrorModel.SquareRoot])).Message);
        Assert.Contains("expected one of 3 sites", Assert.ThrowsExactly<ArgumentException>(
            () => WorkingOperator.Of(new Component("site-selection"), Mixed, [ErrorModel.Multiplicative, ErrorModel.Additive, ErrorModel.Additive])).Message);
    }

    [TestMethod]
    [DataRow("climatology")]
    [DataRow("persistence")]
    [DataRow("space-time-optimal-interpolation")]
    public void AMethodGivesWhatItGivesOfCoordinatesByHand(string name)
    {
        var mixed = Record(Mixed, ErrorModel.Multiplicative, hare => hare);
        var byHand = Record(StateLayout.Of("hare", "T"), null, Math.Log);
        var (got, expected) = (Analyses(name, mixed), Analyses(name, byHand));
        for (var i = 0; i < expected.Length; i++)
        {
            var value = i % 2 == 0 ? Math.Exp(expected[i]) : expected[i];
            Assert.AreEqual(value, got[i], 1e-4 * Math.Max(1, Math.Abs(value)), $"entry {i}");
        }
    }

    [TestMethod]
    public void TwinsHaveErrorsOfTheirSizeOnTheScale()
    {
        var (truth, archive) = (Counted.Truth().Values(), Counted.Archive());
        var seen = archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All);
        for (var site = 0; site < 2; site++)
        {
            var model = archive.Description.ErrorModels()[site];
            var errors = Enumerable.Range(0, 300).Select(step => (2 * step) + site).Where(i => seen.Mask[i] != 0)
                .Select(i => (double)model.ToScale(seen.Values[i]) - model.ToScale(truth[i])).ToList();
            Assert.AreEqual(site == 0 ? 0.1 : 0.5, Math.Sqrt(errors.Average(e => e * e)), site == 0 ? 0.02 : 0.1);
        }

        Assert.Contains("of at least 0, as errors are square-root", Assert.ThrowsExactly<ArgumentException>(
            () => (Counted with { System = new Component("lorenz63"), Fields = null, Errors = ErrorModel.SquareRoot }).Archive()).Message);
        Assert.Contains("'lynx', which is no field", Assert.ThrowsExactly<ArgumentException>(
            () => (Counted with { Fields = new() { ["lynx"] = new() { Sigma = 1 } } }).Archive()).Message);
    }

    [TestMethod]
    [DataRow("etkf", """{ "members": 20, "spinUpSteps": 0 }""")]
    [DataRow("enks", """{ "members": 20, "spinUpSteps": 0, "lag": 20 }""")]
    public void MethodsTakeErrorsOfBothKinds(string name, string options)
    {
        var archive = Counted.Archive();
        var method = AssimilationMethod.Catalog.Create(
            new Component(name, System.Text.Json.Nodes.JsonNode.Parse(options)!.AsObject()), new AnalysisContext(archive));
        var analyses = method.Analyze(archive).ToList();
        var errors = analyses.Values().Zip(Counted.Truth().Values(), (a, t) => Math.Abs(Math.Log(a / t))).Order().ToArray();
        Assert.IsLessThan(0.06, errors[errors.Length / 2]);

        // Misfits of logarithms and of square roots are apart, each in units of its error.
        var report = WithheldScoring.Report(analyses, archive, new ScoreRequest { Layout = method.Layout });
        var ratios = report.Scores.Where(s => s.Score == WithheldScoring.MisfitRatio).ToList();
        CollectionAssert.AreEqual(new[] { "prey", "predator" }, ratios.ConvertAll(s => s.Part!.Field));
        Assert.IsTrue(ratios.TrueForAll(s => s.Value is > 0.6 and < 1.5), string.Join(' ', ratios.Select(s => s.Value)));
    }

    // With the mean of logarithms and values together, what is not observed would begin at e to the power of a hundred.
    [TestMethod]
    public void WhatIsNotObservedBeginsLikeWhatIsOfOneKind()
    {
        var archive = new TwinExperiment
        {
            System = new Component("seir"),
            Operator = new Component("site-selection", new() { ["sites"] = new System.Text.Json.Nodes.JsonArray(0, 2) }),
            Sigma = 5,
            Fields = new(StringComparer.Ordinal) { ["S"] = new() { Sigma = 0.1, Errors = ErrorModel.Multiplicative } },
            StepLength = 0.25,
            StepCount = 200,
            SpinUpSteps = 0,
        }.Archive();
        var method = AssimilationMethod.Catalog.Create(
            new Component("etkf", new() { ["members"] = 20, ["spinUpSteps"] = 0, ["start"] = "observations" }), new AnalysisContext(archive));
        Assert.IsTrue(Array.TrueForAll(method.Analyze(archive).Values(), x => x is > 0 and < 1e5f));
    }

    [TestMethod]
    public void AFitTakesErrorsOfBothKindsWhereTheirSizesAreKnown()
    {
        var fit = new RecordFit(Counted.System, new Component("runge-kutta4"), 0.1, new RecordFit.Options { StartCount = 2 });
        var result = fit.Run(Counted.Archive());
        Assert.IsTrue(result.Parameters.Zip([0.5, 0.025, 0.8, 0.025]).All(p => Math.Abs(p.First.Value - p.Second) < 4 * p.First.StandardError));
        var archive = Counted.Archive();
        var fields = archive.Description.Fields!.ToDictionary(f => f.Key, f => f.Value with { Sigma = null });
        var unknown = new MemoryArchive(
            archive.Description with { Fields = new(fields), Sigma = null }, [archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All)]);
        // Read with the errors that its stretches bring; without these, none is known.
        Assert.Contains("one for each field, where errors are of several kinds", Assert.ThrowsExactly<ArgumentException>(() => fit.Run(Bare(unknown))).Message);
    }

    private static MemoryArchive Bare(MemoryArchive archive)
    {
        var seen = archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All);
        var bare = new ObservationStretch(0, seen.Steps, seen.SiteCount);
        seen.Values.CopyTo(bare.Values, 0);
        seen.Mask.CopyTo(bare.Mask, 0);
        return new MemoryArchive(archive.Description, [bare]);
    }

    private static float[] Analyses(string name, MemoryArchive archive) =>
        AssimilationMethod.Catalog.Create(new Component(name), new AnalysisContext(archive)).Analyze(archive).Values();

    // Waves with errors, every second one unobserved.
    private static MemoryArchive Record(StateLayout layout, ErrorModel? errors, Func<double, double> ofHare)
    {
        var description = new ArchiveDescription
        {
            Layout = layout,
            Operator = new Component("site-selection"),
            SiteCount = 2,
            Fields = new(StringComparer.Ordinal) { ["hare"] = new() { Sigma = 0.2, Errors = errors }, ["T"] = new() { Sigma = 0.2 } },
            StepLength = 0.1,
            Steps = new StepRange(0, 400),
        };
        var (random, stretch) = (new CounterRandom(3), new ObservationStretch(0, description.Steps, 2));
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var (wave, noise) = (Math.Sin(0.05 * i), random.NextGaussian());
            stretch.Values[i] = (float)(i % 2 == 0 ? ofHare(30 * Math.Exp(wave + (0.2 * noise))) : 0.7 + wave + (0.2 * noise));
            stretch.Mask[i] = random.NextUniform() < 0.5 ? 1 : 0;
            stretch.Values[i] *= stretch.Mask[i];
        }

        return new MemoryArchive(description, [stretch]);
    }
}
