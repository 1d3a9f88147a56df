using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Tests.Data;

/// <summary>What every observing network of the catalogue must do.</summary>
[TestClass]
public sealed class ObservingNetworkConformanceTests
{
    private const int Sites = 40;

    public static IEnumerable<object[]> Names => ObservingNetwork.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void MarksAreAPureFunctionOfSeedTrajectoryAndStep(string name)
    {
        var network = Make(name, "{}");
        foreach (var step in new long[] { 5, 0, 123_456_789_012, 5 })
        {
            CollectionAssert.AreEqual(Marks(network, 3, 2, step), Marks(Make(name, "{}"), 3, 2, step), $"step {step}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryMarkIsSet(string name)
    {
        var (network, before, after) = (Make(name, "{}"), new bool[Sites], new bool[Sites]);
        Array.Fill(before, true);
        for (var step = 0; step < 10; step++)
        {
            network.Observe(1, 0, step, before);
            network.Observe(1, 0, step, after);
            CollectionAssert.AreEqual(after, before);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ANetworkIsSeededThroughoutOrNotAtAll(string name)
    {
        var network = Make(name, "{}");
        bool Varies(Func<int, bool[]> marks) => Enumerable.Range(1, 20).Any(i => !marks(i).SequenceEqual(marks(0)));
        var (bySeed, byTrajectory) = (Varies(i => Marks(network, (ulong)i, 0, 8)), Varies(i => Marks(network, 1, i, 8)));
        Assert.AreEqual(bySeed, byTrajectory, "expected seeds and trajectories to be drawn alike");
    }

    [TestMethod]
    [DataRow("""{ "fraction": 0.25 }""", 0.25)]
    [DataRow("""{ "fraction": 0.7 }""", 0.7)]
    [DataRow("""{ "fraction": 1 }""", 1.0)]
    public void TheFractionIsThatOfTheOptions(string options, double fraction)
    {
        var network = Make("random-fraction", options);
        const int steps = 5000;
        var perSite = new double[Sites];
        for (var step = 0; step < steps; step++)
        {
            var marks = Marks(network, 1, 0, step);
            for (var site = 0; site < Sites; site++)
            {
                perSite[site] += marks[site] ? 1.0 / steps : 0;
            }
        }

        // Five standard deviations, of all entries and of each site.
        var deviation = Math.Sqrt(fraction * (1 - fraction) / steps);
        Assert.AreEqual(fraction, perSite.Average(), (5 * deviation / Math.Sqrt(Sites)) + 1e-12);
        Assert.IsTrue(perSite.All(share => Math.Abs(share - fraction) <= (5 * deviation) + 1e-12), string.Join(", ", perSite));
    }

    [TestMethod]
    [DataRow(0.25, 10)]
    [DataRow(0.26, 10)]
    [DataRow(1.0, 40)]
    public void AnExactCountIsExactAndEverySiteHasItsTurn(double fraction, int count)
    {
        var network = new RandomFraction(new RandomFraction.Options { Fraction = fraction, ExactCount = true });
        var turns = new int[Sites];
        for (var step = 0; step < 2000; step++)
        {
            var marks = Marks(network, 9, 1, step);
            Assert.AreEqual(count, marks.Count(mark => mark), $"step {step}");
            for (var site = 0; site < Sites; site++)
            {
                turns[site] += marks[site] ? 1 : 0;
            }
        }

        var share = (double)count / Sites;
        var deviation = Math.Sqrt(2000 * share * (1 - share));
        Assert.IsTrue(turns.All(turn => Math.Abs(turn - (2000 * share)) <= 5 * deviation), string.Join(", ", turns));
    }

    [TestMethod]
    public void AnotherSeedStepOrTrajectoryGivesOtherMarks()
    {
        var network = Make("random-fraction", "{}");
        var marks = Marks(network, 1, 0, 0);
        CollectionAssert.AreNotEqual(marks, Marks(network, 2, 0, 0));
        CollectionAssert.AreNotEqual(marks, Marks(network, 1, 1, 0));
        CollectionAssert.AreNotEqual(marks, Marks(network, 1, 0, 1));
        CollectionAssert.AreNotEqual(Marks(network, 1, 1, 0), Marks(network, 1, 0, 1));
    }

    [TestMethod]
    public void FixedSitesAreThoseOfTheOptions()
    {
        static int[] Observed(string options, long step) =>
            [.. Marks(Make("fixed-sites", options), 1, 0, step).Index().Where(p => p.Item).Select(p => p.Index)];
        CollectionAssert.AreEqual(new[] { 2, 17 }, Observed("""{ "sites": [17, 2], "interval": 4 }""", 8));
        CollectionAssert.AreEqual(Array.Empty<int>(), Observed("""{ "sites": [17, 2], "interval": 4 }""", 9));
        CollectionAssert.AreEqual(new[] { 0, 15, 30 }, Observed("""{ "every": 15 }""", 1));
        CollectionAssert.AreEqual(new[] { 2, 17, 32 }, Observed("""{ "every": 15, "interval": 2, "shift": 1 }""", 34));
        CollectionAssert.AreEqual(new[] { 3, 39 }, Observed("""{ "sites": [37, 1], "shift": 2 }""", 1));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Observed("""{ "sites": [40] }""", 0));
        StringAssert.Contains(fault.Message, "expected sites below 40, got 40");
    }

    [TestMethod]
    public void NothingIsObservedBetweenIntervals()
    {
        var network = Make("random-fraction", """{ "fraction": 1, "interval": 3 }""");
        CollectionAssert.AreEqual(new[] { 0, 3, 6 }, Enumerable.Range(0, 8).Where(step => Marks(network, 1, 0, step).Any(mark => mark)).ToArray());
    }

    private static ObservingNetwork Make(string name, string options) =>
        ObservingNetwork.Catalog.Create(
            new Component(name, JsonNode.Parse(options)!.AsObject()), new SiteMap(StateLayout.On(new Ring(Sites)), [.. Enumerable.Range(0, Sites)]));

    private static bool[] Marks(ObservingNetwork network, ulong seed, int trajectory, long step)
    {
        var marks = new bool[Sites];
        network.Observe(seed, trajectory, step, marks);
        return marks;
    }
}
