using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class CoverageBandsTests
{
    [TestMethod]
    public void AFileComesBackAsItWasAndDamageIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("deep", "bands.json");
        Bands().Write(path);
        Assert.AreEqual(Bands().Digest(), CoverageBands.Read(path).Digest());

        File.WriteAllText(path, File.ReadAllText(path).Replace("1.25", "1.05", StringComparison.Ordinal));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => CoverageBands.Read(path)).Message, "bands.json");
        (Bands() with { Levels = [0.9] }).Write(path);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => CoverageBands.Read(path)).Message, "1 factors of at least 0 of each kind");
        (Bands() with { FormatVersion = 2 }).Write(path);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => CoverageBands.Read(path)).Message, "FormatVersion: expected 1, got 2");
    }

    [TestMethod]
    public void BandsOfAnotherModelAreRefused()
    {
        var bands = Bands();
        bands.RequireMadeFor(new Dictionary<string, string> { ["method"] = "network", ["model"] = "a 1", ["observations"] = "others" }, "f");
        var refusal = Assert.ThrowsExactly<ModelMismatchException>(
            () => bands.RequireMadeFor(new Dictionary<string, string> { ["method"] = "network", ["model"] = "b 2" }, "f"));
        StringAssert.Contains(refusal.Message, "f: expected bands of the model 'b 2', got those of 'a 1'");
    }

    [TestMethod]
    public void BandsOfEstimatesWithoutAMethodAreRefused()
    {
        var nameless = Bands() with { Origin = new() { ["observations"] = "o" } };
        Assert.ThrowsExactly<ModelMismatchException>(() => nameless.RequireMadeFor(new Dictionary<string, string> { ["observations"] = "o" }, "f"));
    }

    [TestMethod]
    public void AnotherRecordsUnobservedEntriesAndDensityCount()
    {
        var layout = new StateLayout([new StateField("x", new Components(2)), new StateField("y", new Components(1))]);
        var warnings = new ResultWarnings();
        var network = new ObservedNetwork([false, true, true], 0.3);
        var bands = (Bands() with { Density = 0.25 }).For(network, new Component("site-selection"), layout, warnings);
        CollectionAssert.AreEqual(new[] { 0 }, bands.NeverObserved.ToArray());
        Assert.IsEmpty(bands.NotCovered);
        Assert.IsEmpty(warnings.All);

        bands = (bands with { Groups = [.. bands.Groups.Where(g => g.Sites == CoveredSites.Observed)] }).For(network, new Component("site-selection"), layout, warnings);
        Assert.AreEqual("sites-not-covered", warnings.All.Single().Kind);
        _ = (bands with { Density = 0.7, NeverObserved = [] }).For(network with { Sites = [true, true, true] }, new Component("site-selection"), layout, warnings);
        _ = (bands with { Density = null }).For(network with { Sites = [true, true, true] }, new Component("site-selection"), layout, warnings);
        Assert.AreEqual(2, warnings.All.Count(w => w.Kind == "bands-of-another-network"));
    }

    [TestMethod]
    public void HalfWidthsAreFactorsTimesSpreadByGroupAndSites()
    {
        float[] spread = [0.5f, 0.5f, 0.5f, 2, 2, 2];
        var block = Bands().On(new StateBlock(0, 7, 3, new float[6], spread), 0.9);
        CollectionAssert.AreEqual(new[] { 0.625f, 1f, 0f, 3f, 4f, 0f }, block.Band!.Value.ToArray());
        CollectionAssert.AreEqual(new[] { 3f, 4f, 0f }, block.Row(1).Band!.Value.ToArray());
        Assert.AreEqual(0, Bands().On(new StateBlock(0, 7, 3, new float[3], new float[] { 1, 1, 1 }, Lead: 5), 0.9).Band!.Value.ToArray().Max(),
            "A lead that was not calibrated has no band.");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Bands().On(block, 0.5)).Message, "0.8, 0.9");
        Assert.ThrowsExactly<ArgumentException>(() => Bands().On(new StateBlock(0, 7, 3, new float[3]), 0.9));
    }

    [TestMethod]
    public void NoBandPassesForOneThatCovers()
    {
        var band = Bands().On(new StateBlock(0, 7, 3, new float[6], new[] { 0, float.NaN, 1, float.PositiveInfinity, 1, float.NaN }), 0.9).Band!.Value.ToArray();
        CollectionAssert.AreEqual(new[] { float.Epsilon, float.NaN, 0, float.NaN, 2, 0 }, band);
        Assert.AreEqual(0.25, BandCoverage.Of([0.1f, 1, 1, 1, 1, 1], band), "Of four that have a band, only that of 2 covers.");
        var warnings = new ResultWarnings();
        Bands().WarnOfLeads([0], warnings);
        Assert.IsEmpty(warnings.All);
        Bands().WarnOfLeads([0, 4, 8], warnings);
        StringAssert.Contains(warnings.All.Single().Message, "got 4, 8 besides");
    }

    [TestMethod]
    public void DeniedSitesAreWithheldAsAWhole()
    {
        var archive = (ExampleTwins.Lorenz96(fraction: 0.5) with { Withheld = new(0.2, 1) }).Archive();
        var denied = new DeniedSites(archive, [true, false, false, false, true, false, false, false]);
        var steps = new StepRange(0, 60);
        float[] Mask(IObservationArchive of, ObservationSubset which) => of.ReadObservations(1, steps, which).Mask;
        var (input, withheld, all) = (Mask(denied, ObservationSubset.Input), Mask(denied, ObservationSubset.Withheld), Mask(archive, ObservationSubset.All));
        var own = Mask(archive, ObservationSubset.Input);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.AreEqual((i % 4 == 0 ? 0 : own[i], i % 4 == 0 ? all[i] : 0), (input[i], withheld[i]));
        }

        CollectionAssert.AreEqual(all, Mask(denied, ObservationSubset.All));
        Assert.ThrowsExactly<ArgumentException>(() => new DeniedSites(archive, [true]));
    }

    // 1.25 s below a spread of 1 and 1.5 s from there at the level .9; entry 1 is never observed, and entry 2 of a field that is not.
    private static CoverageBands Bands() => new()
    {
        Table = ArchiveTable.Analyses, Origin = new() { ["method"] = "network", ["model"] = "a 1", ["observations"] = "o" }, Levels = [0.8, 0.9], StateSize = 3,
        NeverObserved = [1], NotCovered = [2], Correlations = new() { [0] = 4 }, Measured = [],
        Groups = [Group(CoveredSites.Observed, 1, 1.25), Group(CoveredSites.Observed, null, 1.5), Group(CoveredSites.NeverObserved, null, 2)],
    };

    private static CoverageGroup Group(CoveredSites sites, double? below, double factor) => new()
    {
        Lead = 0, Sites = sites, SpreadBelow = below, Count = 100, Separated = 50, Scale = new(1, 0.01, 0, 100), ObservationFactors = [1, 2],
        StateFactors = [1, factor],
    };
}
