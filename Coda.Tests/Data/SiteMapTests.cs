using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Tests.Data;

[TestClass]
public sealed class SiteMapTests
{
    private static readonly StateLayout Pair = new([new("prey", new Components(1)), new("predator", new Components(1))]);
    private static readonly StateLayout Levels = new([new("x", new Ring(3)), new("z", new Ring(6))]);

    [TestMethod]
    public void EveryEntryHasANameThatFindsItAgain()
    {
        Assert.AreEqual(("predator", "x[2]", "z[0]"), (Pair.EntryName(1), Levels.EntryName(2), Levels.EntryName(3)));
        foreach (var layout in new[] { Pair, Levels, StateLayout.On(new Ring(12)) })
        {
            var entries = Enumerable.Range(0, layout.Size).ToArray();
            CollectionAssert.AreEqual(entries, entries.Select(entry => layout.EntryOf(layout.EntryName(entry))!.Value).ToArray());
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pair.EntryName(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pair.EntryName(-1));
    }

    [TestMethod]
    [DataRow("x")]
    [DataRow("x[3]")]
    [DataRow("x[03]")]
    [DataRow("x[-1]")]
    [DataRow("x[ 1]")]
    [DataRow("x[]")]
    [DataRow("X[1]")]
    [DataRow("x[1")]
    [DataRow("")]
    public void NothingElseIsTheNameOfAnEntry(string name) => Assert.IsNull(Levels.EntryOf(name));

    [TestMethod]
    public void SitesDifferByNamesThenByPlaces()
    {
        Assert.IsNull(Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(Pair, [0, 1], "a", "b")));
        Assert.Contains("the same names in another order", Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(Pair, [0, 1], "b", "a"))!);
        Assert.Contains(
            "unknown is c, missing is a, and the first difference is at site 0", Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(Pair, [0, 1], "c", "b"))!);
        Assert.Contains("expected prey, predator, got predator, prey", Of(Pair, [0, 1]).DifferenceTo(Of(Pair, [1, 0]))!, "The same state, other places.");
        Assert.Contains("missing is c", Of(Levels, [0, 1, 2], "a", "b", "c").DifferenceTo(Of(Levels, [0, 1], "a", "b"))!);
    }

    [TestMethod]
    public void ANameOfAnEntryMeansItWhereverItStands()
    {
        var ring = StateLayout.On(new Ring(2)); // as an import without a system has it
        Assert.IsNotNull(Of(Pair, [0, 1]).DifferenceTo(Of(ring, [0, 1], "predator", "prey")));
        Assert.IsNotNull(Of(ring, [0, 1], "predator", "prey").DifferenceTo(Of(Pair, [0, 1])));
        Assert.IsNull(Of(Pair, [0, 1]).DifferenceTo(Of(ring, [0, 1], "prey", "predator")));
    }

    [TestMethod]
    public void SitesWithoutNamesAreTakenByTheirOrder()
    {
        Assert.IsNull(Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(StateLayout.On(new Ring(2)), [0, 1])));
        Assert.IsNull(Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(Pair, [0, 1], "0", "1")), "Called by their index.");
        Assert.IsNotNull(Of(Pair, [0, 1], "a", "b").DifferenceTo(Of(Pair, [0, 1], "1", "0")));
        Assert.IsNull(Of(StateLayout.On(new Ring(4)), [0, 2]).DifferenceTo(Of(StateLayout.On(new Ring(2)), [0, 1])), "Different states tell nothing.");
    }

    [TestMethod]
    public void EntriesAreCalledAsTheSitesThere()
    {
        CollectionAssert.AreEqual(new[] { "prey", "lynx" }, Of(Pair, [1], "lynx").EntryNames().ToArray());
        var part = Of(Levels, [4, 3], "b", "a").WithStateOf(6)!;
        Assert.AreEqual("z: ring of 6", part.Layout.ToString());
        CollectionAssert.AreEqual(new[] { "a", "b", "z[2]", "z[3]", "z[4]", "z[5]" }, part.EntryNames().ToArray());
        Assert.IsNull(Of(Levels, [0]).WithStateOf(6));
        Assert.ThrowsExactly<ArgumentException>(() => Of(Pair, [0, 1], "a"));
    }

    [TestMethod]
    public void PlacesOfAnOperatorThatIsNotLoadedAreNotKnown()
    {
        var (unknown, own) = (SiteMap.Of(Pair, new("my-buoys"), 2, ["a", "b"]), Of(Pair, [0, 1], "a", "b"));
        Assert.IsNull(own.DifferenceTo(unknown));
        Assert.IsNull(Of(Pair, [1, 0]).DifferenceTo(SiteMap.Of(Pair, new("my-buoys"), 2, null)));
        Assert.IsNotNull(own.DifferenceTo(SiteMap.Of(Pair, new("my-buoys"), 2, ["b", "a"])));
        Assert.AreEqual("unknown", unknown.EntryAt(0));
        CollectionAssert.AreEqual(new[] { "prey", "predator" }, unknown.WithStateOf(2)!.EntryNames().ToArray());
        Assert.IsNull(unknown.WithStateOf(1));
    }

    private static SiteMap Of(StateLayout layout, int[] entries, params string[] names) => new(layout, entries, names.Length == 0 ? null : names);
}
