using System.Text.Json.Nodes;
using Coda.Classical.Observed;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>The iterated smoother over stretches of a record.</summary>
[TestClass]
public sealed class SmoothingTests
{
    // Measured with independent code: from analyses of RMSE .3, .031 in the middle half; over 1000 steps here .05 without 50 steps at each end. Changed only
    // with a decision that is written down.
    [TestMethod]
    public void FewPassesLeadFromANetworksErrorToTheFloor()
    {
        var twin = ExampleTwins.Lorenz96(size: 40, steps: 1000, trajectories: 2, seed: 3);
        var archive = twin.Archive();
        var guess = new RoughGuess(twin, 0.3);
        Assert.AreEqual(0.3, Rmse(guess.Analyze(archive), twin, archive, 50), 0.03);
        var reports = new List<StretchReport>();
        var blocks = Smoother(archive, guess).Analyze(archive, null, reports.Add).ToList();
        Assert.IsLessThan(0.05, Rmse(blocks, twin, archive, 50));
        Assert.IsLessThan(0.045, Rmse(blocks, twin, archive, 250));
        Assert.IsTrue(reports.All(r => r.Outcome == StretchOutcome.Converged && r.Passes <= 6), string.Join('\n', reports));
        Assert.IsTrue(reports.All(r => Math.Abs(r.Misfit - 1) < 0.1 && r.WorstMisfit < 1.4), string.Join('\n', reports));
        var spread = Math.Sqrt(blocks.SelectMany(b => b.Spread!.Value.ToArray()).Average(s => (double)s * s));
        Assert.AreEqual(Rmse(blocks, twin, archive, 0), spread, 0.02);
    }

    [TestMethod]
    public void WithEverythingSeenAlmostExactlyTheTruthComesBack()
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 80, sigma: 1e-6, fraction: 1);
        var archive = twin.Archive();
        var options = new IteratedExtendedSmoother.Options { Tolerance = 1e-6 };
        ExampleTwins.AssertClose(twin.Truth().Values(), new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 0.3))
            .Analyze(archive).Values(), 1e-5);
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 400, fraction: 0.5);
        var archive = twin.Archive();
        var options = new IteratedExtendedSmoother.Options { StretchLength = 60, Overlap = 20 };
        var smoother = new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 0.3));
        var alone = smoother.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        Assert.HasCount(2 * 400 * 8, alone);
        CollectionAssert.AreEqual(alone, smoother.Analyze(archive, new AnalysisRequest { Workers = 3 }).Values());
        var part = smoother.Analyze(archive, new AnalysisRequest { Trajectories = [1], Steps = new StepRange(130, 290) });
        CollectionAssert.AreEqual(alone[((400 + 130) * 8)..((400 + 290) * 8)], part.Values());
    }

    [TestMethod]
    public void StretchesAgreeWithTheWholeRecordAwayFromTheirEdges()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 300, trajectories: 1, fraction: 0.5);
        var archive = twin.Archive();
        var guess = new RoughGuess(twin, 0.2);
        var whole = Analyze(new() { StretchLength = 300, Overlap = 0 });
        var stretches = Analyze(new() { StretchLength = 100, Overlap = 100 });
        ExampleTwins.AssertClose(whole, stretches, 0.1);
        Assert.IsLessThan(0.02, whole.Zip(stretches, (a, b) => Math.Abs(a - b)).Average());

        // A model error that forgets keeps the edges near.
        float[] Analyze(IteratedExtendedSmoother.Options options) =>
            new IteratedExtendedSmoother(new AnalysisContext(archive), options with { ModelErrorVariance = 1e-3, InitialModelErrorVariance = 1e-3 }, guess)
                .Analyze(archive).Values();
    }

    [TestMethod]
    public void AModelThatCannotFitIsReported()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 150, trajectories: 1, fraction: 0.5);
        var archive = twin.Archive();
        var options =
            new IteratedExtendedSmoother.Options { System = new Component("lorenz96", new JsonObject { ["size"] = 8, ["forcing"] = 25 }), Passes = 2 };
        var reports = new List<StretchReport>();
        var blocks = new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 0.3)).Analyze(archive, null, reports.Add)
            .ToList();
        Assert.HasCount(1, reports);
        Assert.AreEqual(new StepRange(0, 150), reports[0].Steps);
        Assert.IsFalse(reports[0].IsSound, $"{reports[0]}");
        Assert.IsGreaterThan(2, reports[0].Passes);
        Assert.IsTrue(blocks.SelectMany(b => b.Spread!.Value.ToArray()).All(s => s > 0 && float.IsFinite(s)));
    }

    [TestMethod]
    public void AStretchIsTriedAgainBeforeItIsGivenUp()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 200, trajectories: 1, fraction: 0.5);
        var archive = twin.Archive();
        var reports = new List<StretchReport>();
        var options = new IteratedExtendedSmoother.Options { Passes = 1 };
        var blocks = new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 1.5)).Analyze(archive, null, reports.Add)
            .ToList();
        Assert.AreEqual(StretchOutcome.Retried, reports[0].Outcome, $"{reports[0]}");
        Assert.IsLessThan(0.2, Rmse(blocks, twin, archive, 20));
    }

    [TestMethod]
    public void AStretchThatFailsIsCutAtItsGap()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 500, trajectories: 1, fraction: 0.5);
        var observed = ((IObservationArchive)twin.Archive()).ReadStretches(500, 0).Single();
        observed.Mask.AsSpan(120 * 8, 260 * 8).Clear();
        var archive = new MemoryArchive(twin.Describe(), [observed]);
        var reports = new List<StretchReport>();
        var options = new IteratedExtendedSmoother.Options { Passes = 2 };
        var blocks = new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 1)).Analyze(archive, null, reports.Add).ToList();
        Assert.IsGreaterThan(1, reports.Count, string.Join('\n', reports));
        Assert.AreEqual(500, blocks.Sum(b => b.Count));
        var (states, truth) = (blocks.Values(), twin.Truth().Values());
        Assert.IsLessThan(0.25, Error(0, 100), string.Join('\n', reports));
        Assert.IsLessThan(0.25, Error(400, 500), string.Join('\n', reports));
        var spread = blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray();
        Assert.IsTrue(spread.All(s => s > 0 && s < 6), $"{spread.Max()}");

        double Error(int first, int end) => Math.Sqrt(Enumerable.Range(first * 8, (end - first) * 8).Average(i => Math.Pow(states[i] - truth[i], 2)));
    }

    [TestMethod]
    public void PiecesEndWhereGapsDo()
    {
        var stretch = new ObservationStretch(0, new StepRange(10, 210), 1);
        foreach (var step in Enumerable.Range(60, 40).Concat(Enumerable.Range(150, 50)))
        {
            stretch.Mask[step - 10] = 1;
        }

        var pieces = ObservedBlocks.Of(new ObservationTerms(stretch, stretch.Steps, new ErrorVariance(1, null)), stretch.Steps);
        CollectionAssert.AreEqual(
            new ObservedBlock[] { new(new(10, 10), new(10, 60)), new(new(60, 100), new(60, 150)), new(new(150, 210), new(150, 210)) }, pieces.ToArray());
    }

    [TestMethod]
    public void WeakFourDVarIsOneStretch()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 300, trajectories: 1, fraction: 0.5);
        var archive = twin.Archive();
        var reports = new List<StretchReport>();
        var blocks = new WeakFourDVar(new AnalysisContext(archive), new()).Analyze(archive, null, reports.Add).ToList();
        Assert.HasCount(1, reports);
        Assert.IsTrue(reports[0].IsSound, $"{reports[0]}");
        Assert.IsLessThan(0.3, Rmse(blocks, twin, archive, 50));
    }

    [TestMethod]
    public void FaultsOfTheOptionsAreReportedAtOnce()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        var options =
            new IteratedExtendedSmoother.Options { ModelErrorVariance = 0, Overlap = 10, StretchLength = 5, PriorVariance = -1, Passes = 0,
                Sigma = double.NaN };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new IteratedExtendedSmoother(new AnalysisContext(archive), options));
        foreach (var name in new[] { "ModelErrorVariance", "StretchLength", "PriorVariance", "Passes", "Sigma" })
        {
            StringAssert.Contains(fault.Message, name);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new PolishedMethod(new AnalysisContext(archive), new())).Message, "a trained model");
    }

    [TestMethod]
    public void AnArchiveUnlikeTheModelIsRefused()
    {
        var (reference, other) = (ExampleTwins.Lorenz96().Archive(), ExampleTwins.Lorenz96(size: 12).Archive());
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new WeakFourDVar(new AnalysisContext(reference), new()).Analyze(other)).Message, "SiteCount");
        var unknown = new MemoryArchive(reference.Description with { System = null }, ((IObservationArchive)reference).ReadStretches(100, 0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new WeakFourDVar(new AnalysisContext(unknown), new())).Message, "names no system");
    }

    private static IteratedExtendedSmoother Smoother(IObservationArchive archive, AssimilationMethod guess) => new(new AnalysisContext(archive), new(), guess);

    private static double Rmse(IEnumerable<StateBlock> blocks, TwinExperiment twin, IObservationArchive archive, int margin) =>
        TruthScoring.Score(blocks, twin.Truth(), archive, new ScoreRequest { Margin = margin }).First(s => s.Score == RootMeanSquareError.Name).Value;
}
