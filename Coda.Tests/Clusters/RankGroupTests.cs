using Coda.Data.Foundation;

namespace Coda.Tests.Clusters;

/// <summary>What ranks tell each other.</summary>
[TestClass]
public sealed class RankGroupTests
{
    [TestMethod]
    public void NumbersOfAllComeByRank()
    {
        foreach (var got in ThreadRanks.Run(3, ranks => ranks.GatherNumbers<double>([.. Enumerable.Range(0, ranks.Rank).Select(i => i + 0.5)])))
        {
            CollectionAssert.AreEqual(new[] { 0, 1, 2 }, got.Select(own => own.Length).ToArray());
            CollectionAssert.AreEqual(new[] { 0.5, 1.5 }, got[2]);
        }
    }

    [TestMethod]
    public void OneOfThemIsEnough()
    {
        CollectionAssert.AreEqual(new[] { true, true, true }, ThreadRanks.Run(3, ranks => ranks.Any(ranks.Rank == 2)));
        CollectionAssert.AreEqual(new[] { false, false }, ThreadRanks.Run(2, ranks => ranks.Any(false)));
        Assert.IsTrue(OneRank.Instance.Any(true));
    }

    [TestMethod]
    public void TheFirstComputesForAll()
    {
        var computed = 0;
        var got = ThreadRanks.Run(3, ranks => ranks.OnFirst(() => new Dictionary<string, double> { ["a"] = 0.1 * Interlocked.Increment(ref computed) }));
        Assert.AreEqual(1, computed);
        Assert.IsTrue(got.All(values => values["a"] == 0.1));
    }

    [TestMethod]
    public void WhereRanksDifferTheMessageSaysWhich()
    {
        ThreadRanks.Run(2, ranks =>
        {
            ranks.Agree("same", "The thing", "Do so.");
            return true;
        });
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ThreadRanks.Run(3, ranks =>
        {
            ranks.Agree(ranks.Rank == 2 ? "other" : "same", "The thing", "Do so.");
            return true;
        }));
        Assert.AreEqual("The thing: expected the same on all 3 ranks, got 'same' on rank 0 and 'other' on rank 2. Do so.", fault.Message);
    }

    [TestMethod]
    public void RanksOnOneMachineShareItsCores()
    {
        Assert.AreEqual(Environment.ProcessorCount, OneRank.Instance.ThreadsOfEach());
        var expected = Math.Max(1, Environment.ProcessorCount / 3);
        Assert.IsTrue(ThreadRanks.Run(3, ranks => ranks.ThreadsOfEach()).All(threads => threads == expected));
    }

    [TestMethod]
    public void ASumIsTakenInTheOrderOfTheRanks()
    {
        float[][] own = [[1e8f, 1, -3], [1, 1e8f, 0.1f], [-1e8f, -1e8f, 0.2f]];
        foreach (var sum in ThreadRanks.Run(3, ranks => Sum(ranks, own)))
        {
            CollectionAssert.AreEqual(new[] { 1e8f + 1 - 1e8f, 1 + 1e8f - 1e8f, -3 + 0.1f + 0.2f }, sum);
        }
    }

    private static float[] Sum(IRankGroup ranks, float[][] own)
    {
        var sum = ranks.Rank == 0 ? own[0].ToArray() : new float[3];
        ranks.Accumulate(sum, (start, end) =>
        {
            for (var i = start; i < end && ranks.Rank > 0; i++)
            {
                sum[i] += own[ranks.Rank][i];
            }
        });
        return sum;
    }
}
