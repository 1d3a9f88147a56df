using Coda.Data.Archives;
using Coda.Data.Scoring;

namespace Coda.Tests.Scoring;

[TestClass]
public sealed class MarginalDistributionTests
{
    [TestMethod]
    public void MomentsAndSharesAreThoseOfTheEntries()
    {
        var distribution = MarginalDistribution.Of([Block(-0.5f, 0.25f), Block(0.75f, 1.5f)], binWidth: 0.5);
        Assert.AreEqual((4L, 0.5), (distribution.Count, distribution.Mean));
        Assert.AreEqual((1 + 0.0625 + 0.0625 + 1) / 4, distribution.Variance, 1e-12);
        Assert.AreEqual(Math.Sqrt(2 * distribution.Variance), distribution.RandomError, 1e-12);
        CollectionAssert.AreEqual(new[] { -0.5, 0, 0.5, 1.5 }, distribution.Histogram.Keys.ToArray());
        Assert.AreEqual(1, distribution.Histogram.Values.Sum(), 1e-12);
    }

    [TestMethod]
    public void TheDistanceIsTheShareThatWouldHaveToMove()
    {
        var one = MarginalDistribution.Of([Block(0, 0, 1, 2)]);
        Assert.AreEqual(0, one.DistanceTo(one));
        Assert.AreEqual(0.25, one.DistanceTo(MarginalDistribution.Of([Block(0, 0, 1, 7)])), 1e-12);
        Assert.AreEqual(1, one.DistanceTo(MarginalDistribution.Of([Block(-5)])), 1e-12);
        Assert.ThrowsExactly<ArgumentException>(() => one.DistanceTo(MarginalDistribution.Of([Block(0)], 0.5)));
    }

    [TestMethod]
    public void NothingAndNoWidthAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => MarginalDistribution.Of([]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MarginalDistribution.Of([Block(1)], 0));
    }

    private static StateBlock Block(params float[] states) => new(0, 0, states.Length, states);
}
