using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;

namespace Coda.Tests.Scoring;

/// <summary>Corrections in closed form against the coupling of a small two-level truth.</summary>
[TestClass]
public sealed class CouplingScoringTests
{
    private const int Size = 8;

    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96-two-level", new JsonObject { ["size"] = Size, ["fastPerSlow"] = 4, ["coupling"] = 0.9 }),
        Operator = new Component("site-selection", new JsonObject { ["field"] = "x" }),
        StepLength = 0.005,
        StepCount = 80,
        TrajectoryCount = 3,
        SpinUpSteps = 400,
    };

    private static readonly ArchiveDescription Archive = Twin.Describe();
    private static readonly List<StateBlock> Truth = [.. Twin.Truth()];

    [TestMethod]
    public void TheCouplingIsWhatTheUnresolvedFieldsAddToTheTendency()
    {
        var (ops, state) = (new BufferAlgebra<double>(), Truth[0].States[..(Size * 5)].ToArray().Select(v => (double)v).ToArray());
        var system = new Lorenz96TwoLevel(new() { Size = Size, FastPerSlow = 4, Coupling = 0.9 });
        double[] Tendency(double h) => [.. system.Tendency(
            ops.Field(ops.From(state, state.Length)),
            ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers.ToDictionary(p => p.Key, p => p.Key == "h" ? h : p.Value))).Value.Span];
        var (coupled, alone) = (Tendency(0.9), Tendency(0));
        for (var k = 0; k < Size; k++)
        {
            var fast = state[(Size + (4 * k))..(Size + (4 * k) + 4)];
            Assert.AreEqual(-0.9 * 10 * fast.Average(), coupled[k] - alone[k], 1e-12);
            Assert.AreEqual(coupled[k] - alone[k], Coupling(Truth[0])[k], 1e-12);
        }
    }

    [TestMethod]
    public void TheCouplingItselfLeavesNothing()
    {
        var score = CouplingScoring.Score(b => b with { States = Coupling(Truth[b.Trajectory]).Select(c => (float)c).ToArray() }, () => Truth, Archive);
        Assert.AreEqual(0, score.Residual, 1e-6);
        Assert.AreEqual(0, score.Bias, 1e-6);
        Assert.IsTrue(score.Bins.All(b => Math.Abs(b.Coupling - b.Correction) < 1e-6));
        Assert.AreEqual(0, score.ResidualDeviation!.Value, 1e-6);
    }

    [TestMethod]
    public void NoCorrectionLeavesTheWholeCoupling()
    {
        var score = CouplingScoring.Score(Of(_ => 0), () => Truth, Archive);
        var all = Truth.SelectMany(Coupling).ToArray();
        Assert.AreEqual(all.Length, score.Count);
        Assert.AreEqual(all.Average(), score.Mean, 1e-9);
        Assert.AreEqual(-all.Average(), score.Bias, 1e-6);
        Assert.AreEqual(Math.Sqrt(all.Average(c => c * c)), score.Residual, 1e-6);
        Assert.AreEqual(score.Deviation, score.Regressions[0].Residual, 1e-6, "The best constant leaves the standard deviation.");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void ACorrectionThatIsTheRegressionHasItsResidual(int index)
    {
        var fit = CouplingScoring.Score(Of(_ => 0), () => Truth, Archive).Regressions[index];
        var score = CouplingScoring.Score(Of(x => fit.Coefficients.Select((c, i) => c * Math.Pow(x, i)).Sum()), () => Truth, Archive);
        Assert.AreEqual(fit.Residual, score.Residual, 1e-5);
        Assert.AreEqual(0, score.Bias, 1e-5);
    }

    [TestMethod]
    public void HigherDegreesLeaveLess()
    {
        var score = CouplingScoring.Score(Of(_ => 0), () => Truth, Archive, new CouplingRequest { Degrees = [0, 1, 2, 3], BinWidth = 0.02 });
        for (var i = 1; i < score.Regressions.Count; i++)
        {
            Assert.IsLessThanOrEqualTo(score.Regressions[i - 1].Residual + 1e-9, score.Regressions[i].Residual);
        }

        Assert.IsLessThan(score.Regressions[3].Residual, score.Scatter);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.3)]
    public void BinsHoldEveryValueOnceAndRise(double width)
    {
        var score = CouplingScoring.Score(Of(x => x), () => Truth, Archive, new CouplingRequest { BinWidth = width });
        Assert.AreEqual(Truth.Sum(b => b.Count) * Size, score.Bins.Sum(b => b.Count));
        Assert.AreEqual(score.Mean, score.Bins.Sum(b => b.Count * b.Coupling) / score.Count, 1e-9);
        foreach (var bin in score.Bins)
        {
            Assert.IsInRange(bin.From - 1e-9, bin.To + 1e-9, bin.Correction); // the mean of x itself
            Assert.AreEqual(width, bin.To - bin.From, 1e-9);
        }

        CollectionAssert.AreEqual(score.Bins.OrderBy(b => b.From).ToArray(), score.Bins.ToArray());
    }

    // Analyses that are off by a half everywhere, with the correction x itself.
    [TestMethod]
    public void AnalysesAreJudgedByTheTrueState()
    {
        var analyses = Truth.Select(b => Slow(b) with { States = Slow(b).States.ToArray().Select(x => x + 0.5f).ToArray() });
        var score = CouplingScoring.Score(Of(x => x), () => Truth, Archive, new CouplingRequest { Margin = 10 }, analyses);
        Assert.AreEqual(3 * 60 * Size, score.Count);
        foreach (var bin in score.Bins)
        {
            Assert.AreEqual(bin.Count, bin.AnalysisCount);
            Assert.AreEqual(bin.Correction + 0.5, bin.CorrectionOfAnalyses!.Value, 1e-5);
        }

        Assert.IsNull(CouplingScoring.Score(Of(x => x), () => Truth, Archive).Bins[0].CorrectionOfAnalyses);
    }

    [TestMethod]
    public void ATruthWithoutACouplingIsRefused()
    {
        var other = new TwinExperiment { StepCount = 10 }.Describe();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CouplingScoring.Score(b => b, () => [], other)).Message, "got one of 'lorenz96'");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => CouplingScoring.Score(b => b, () => [], Archive with { System = null })).Message, "unknown system");
    }

    [TestMethod]
    public void StatesOfOtherFieldsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => CouplingScoring.Score(b => new StateBlock(0, 0, 3, new float[3]), () => Truth, Archive));
        Assert.ThrowsExactly<ArgumentException>(() => CouplingScoring.Score(Of(x => x), () => Truth, Archive, null, [new StateBlock(0, 0, 3, new float[3])]));
    }

    [TestMethod]
    public void FaultsOfARequestAreReportedAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => CouplingScoring.Score(Of(x => x), () => Truth, Archive, new CouplingRequest { BinWidth = 0, Margin = 40, Degrees = [9] }));
        foreach (var said in new[] { "BinWidth", "Margin", "Degrees" })
        {
            StringAssert.Contains(fault.Message, said);
        }
    }

    private static StateBlock Slow(StateBlock block) => block.Select([.. Enumerable.Range(0, Size)]);

    private static Func<StateBlock, StateBlock> Of(Func<double, double> correction) =>
        block => block with { States = block.States.ToArray().Select(x => (float)correction(x)).ToArray() };

    // -h c z̄_k by hand.
    private static double[] Coupling(StateBlock block)
    {
        var states = block.States.ToArray();
        return [.. from row in Enumerable.Range(0, block.Count)
                   from k in Enumerable.Range(0, Size)
                   select -9 * Enumerable.Range(0, 4).Average(j => (double)states[(row * Size * 5) + Size + (4 * k) + j])];
    }
}
