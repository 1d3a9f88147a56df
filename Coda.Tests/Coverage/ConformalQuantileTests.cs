using Coda.Data.Coverage;
using Coda.Data.Foundation;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class ConformalQuantileTests
{
    [TestMethod]
    [DataRow(0.8, 4)]
    [DataRow(0.9, 9)]
    [DataRow(0.95, 19)]
    [DataRow(0.99, 99)]
    public void ALevelNeedsSoManyScoresAndNoFewer(double level, int least)
    {
        Assert.AreEqual(least, ConformalQuantile.LeastCount(level));
        Assert.AreEqual(least, ConformalQuantile.Rank(least, level), "Of the fewest it is the largest.");
        Assert.AreEqual((double)least, ConformalQuantile.Of(Enumerable.Range(1, least).Select(i => (double)i), level));
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => ConformalQuantile.Of(Enumerable.Repeat(1.0, least - 1), level));
        StringAssert.Contains(refusal.Message, $"at least {least} times");
        StringAssert.Contains(refusal.Message, $"got {least - 1}");
    }

    [TestMethod]
    public void TheRankIsTheFiniteSampleOne()
    {
        Assert.AreEqual(95, ConformalQuantile.Rank(99, 0.95), "⌈100 × .95⌉, without a hundredth part of rounding.");
        Assert.AreEqual(91, ConformalQuantile.Rank(100, 0.9), "⌈101 × .9⌉.");
        Assert.AreEqual(91.0, ConformalQuantile.Of(Enumerable.Range(1, 100).Select(i => 101.0 - i), 0.9), "In any order.");
    }

    [TestMethod]
    [DataRow(0.8, 1.2815515655446)]
    [DataRow(0.9, 1.6448536269515)]
    [DataRow(0.95, 1.9599639845401)]
    public void TheGaussiansQuantileIsThatOfTables(double level, double expected) =>
        Assert.AreEqual(expected, ConformalQuantile.OfNormal(level), 1e-10);

    [TestMethod]
    public void ALevelBeyondOneIsRefused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ConformalQuantile.Of([1, 2], 1));

    // For scores without ties the next one is covered with probability ⌈(n + 1) level⌉/(n + 1) exactly, whatever their distribution: .9 of 59 scores.
    [TestMethod]
    public void OverRepeatedDrawsTheNextIsCoveredAsTheoremsSay()
    {
        var (random, hits) = (new CounterRandom(7), 0);
        const int Draws = 4000;
        for (var draw = 0; draw < Draws; draw++)
        {
            double[] scores = [.. Enumerable.Range(0, 59).Select(_ => Cauchy())];
            hits += Cauchy() <= ConformalQuantile.Of(scores, 0.9) ? 1 : 0;
        }

        Assert.AreEqual(0.9, (double)ConformalQuantile.Rank(59, 0.9) / 60, 1e-12);
        Assert.IsTrue(BinomialInterval.Of(hits, Draws).Contains(0.9), $"{hits} of {Draws}");

        double Cauchy() => Math.Abs(random.NextGaussian() / random.NextGaussian());
    }

    [TestMethod]
    public void ClustersThatAreAllOneCountOnce()
    {
        double[] scores = [.. Enumerable.Range(0, 59).Select(i => 59.0 - i)];
        Assert.AreEqual(ConformalQuantile.Of(scores, 0.9), ConformalQuantile.OfClusters([.. scores.Select(s => new[] { s })], 0.9));
        Assert.AreEqual(ConformalQuantile.Of(scores, 0.9), ConformalQuantile.OfClusters([.. scores.Select(s => Enumerable.Repeat(s, 400).ToArray())], 0.9));
        Assert.ThrowsExactly<ArgumentException>(() => ConformalQuantile.OfClusters([[.. Enumerable.Repeat(1.0, 400)]], 0.9));

        var (single, clustered) = (BinomialInterval.Of(18, 20), BinomialInterval.OfClusters([.. Enumerable.Range(0, 20).Select(i => (i < 18 ? 400 : 0, 400))]));
        Assert.AreEqual(single.Lower, clustered.Lower, 0.02);
        Assert.AreEqual(single.Upper, clustered.Upper, 0.02);
        Assert.AreEqual((0.9, 8000), (clustered.Share, clustered.Count));
        Assert.AreEqual(BinomialInterval.Of(20, 20).Lower, BinomialInterval.OfClusters([.. Enumerable.Repeat((400, 400), 20)]).Lower, 1e-12);
    }

    [TestMethod]
    public void WilsonsIntervalIsThePublishedOne()
    {
        var interval = BinomialInterval.Of(5, 10);
        Assert.AreEqual((0.5, 0.2366, 0.7634), (interval.Share, Math.Round(interval.Lower, 4), Math.Round(interval.Upper, 4)));
        Assert.AreEqual((0.0, 0.2775), (BinomialInterval.Of(0, 10).Lower, Math.Round(BinomialInterval.Of(0, 10).Upper, 4)));
        Assert.IsFalse(interval.Contains(0.8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BinomialInterval.Of(3, 2));
    }
}
