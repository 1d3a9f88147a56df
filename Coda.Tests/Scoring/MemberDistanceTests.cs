using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;

namespace Coda.Tests.Scoring;

/// <summary>How far samples are from each other.</summary>
[TestClass]
public sealed class MemberDistanceTests
{
    [TestMethod]
    public void AShiftIsItsOwnDistanceAndModesCostWhatIsMovedBetweenThem()
    {
        float[] a = [-2, 0, 1, 5];
        Assert.AreEqual(0, WassersteinDistance.Between(a, a));
        Assert.AreEqual(0.75, WassersteinDistance.Between(a, [.. a.Select(x => x + 0.75f)]), 1e-12);
        Assert.AreEqual(0.25 * 10, WassersteinDistance.Between([-5, -5, 5, 5], [-5, 5, 5, 5]), 1e-12);
        Assert.AreEqual(5, WassersteinDistance.Between([0], [-5, 5]), 1e-12);
        Assert.AreEqual(1.5, WassersteinDistance.Between([1, 2], [0, 0, 0]), 1e-12);
        Assert.ThrowsExactly<ArgumentException>(() => WassersteinDistance.Between(a, []));
    }

    // Sorted samples of one size: the mean distance of their numbers in order.
    [TestMethod]
    public void OfSamplesOfOneSizeItIsTheMeanDistanceInOrder()
    {
        var random = new CounterRandom(2);
        float[] a = [.. Enumerable.Range(0, 501).Select(_ => (float)random.NextGaussian()).Order()];
        float[] b = [.. Enumerable.Range(0, 501).Select(_ => (float)(1 + (2 * random.NextGaussian()))).Order()];
        Assert.AreEqual(a.Zip(b, (x, y) => Math.Abs((double)x - y)).Average(), WassersteinDistance.Between(a, b), 1e-5);
        Assert.AreEqual(WassersteinDistance.Between(a, b), WassersteinDistance.Between(b, a), 1e-12);
    }

    [TestMethod]
    public void MembersAreComparedByTrajectoryStepAndEntry()
    {
        var layout = StateLayout.Of("a", "b");
        // Two trajectories of two steps: three members at 0, 1, 2 against two at 1 + the shift; the second trajectory's step 1 is missing in one.
        var members = Enumerable.Range(0, 6).Select(m => new StateBlock(m, 0, 2, Row(m % 3, m < 3 ? 2 : 1))).ToList();
        var reference = Enumerable.Range(0, 4).Select(m => new StateBlock(m, 0, 2, Row((2 * (m % 2)) + (m < 2 ? 0 : 3), 2))).ToList();
        var distances = MemberDistances.Between(layout, members, 3, reference, 2);
        CollectionAssert.AreEqual(new[] { "a", "b" }, distances.Select(d => d.Field).ToArray());
        var first = WassersteinDistance.Between([0, 1, 2], [0, 2]);
        var second = WassersteinDistance.Between([0, 1, 2], [3, 5]);
        Assert.AreEqual((first + second) / 2, distances[0].Distance, 1e-6);
        Assert.AreEqual((first + second) / 2 / Math.Sqrt(2), distances[0].Share, 1e-6);
        Assert.AreEqual(Math.Abs(first - second) / Math.Sqrt(2), distances[0].Deviation, 1e-6);
        Assert.AreEqual((2, 3L), (distances[1].Trajectories, distances[1].Count));
        Assert.ThrowsExactly<ArgumentException>(() => MemberDistances.Between(layout, members, 3, [], 2));

        static float[] Row(float x, int steps) => [.. Enumerable.Repeat(x, 2 * steps)];
    }
}
