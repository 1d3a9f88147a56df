using Coda.Data.Coverage;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class CoverageFitTests
{
    private static readonly CoverageRequest Request = new();

    [TestMethod]
    public void SpreadsThatLieDifferentlyGetFactorsOfTheirOwn()
    {
        var fit = CoverageFit.Of(0, CoveredSites.Observed, DrawnResiduals.Of(60000, Lying, 0.5, 1), Request);
        Assert.IsGreaterThan(1, fit.Groups.Count);
        var states = DrawnResiduals.Of(60000, Lying, 0, 2);
        foreach (var (level, place) in Request.Levels.Select((l, i) => (l, i)))
        {
            var covered = states.Count(r => Math.Abs(r.Error) <= Of(fit, r.Spread).StateFactors[place] * r.Spread);
            Assert.AreEqual(level, (double)covered / states.Count, 0.015);
        }

        Assert.IsNull(fit.Groups[^1].SpreadBelow);
        CollectionAssert.AreEqual(fit.Groups.Select(g => g.SpreadBelow ?? 99).Order().ToArray(), fit.Groups.Select(g => g.SpreadBelow ?? 99).ToArray());

        static double Lying(double spread) => spread < 1 ? 0.8 : 1.6;
    }

    // The interval is of 95 %, and misses some; over many records the share is the level.
    [TestMethod]
    public void CoverageOfWhatCalibrationDidNotSeeIsNominal()
    {
        var (hits, count) = (0, 0);
        for (ulong seed = 0; seed < 20; seed++)
        {
            var measured = CoverageFit.Of(0, CoveredSites.Observed, DrawnResiduals.Of(4000, _ => 2, 1, 50 + seed, memory: 0.8), Request).Measured[1];
            hits += (int)Math.Round(measured.Observations.Share * measured.Observations.Count);
            count += measured.Observations.Count;
            Assert.IsTrue(measured.StateLower < measured.State && measured.State < measured.StateUpper);
        }

        Assert.AreEqual(0.9, (double)hits / count, 4 * Math.Sqrt(0.09 / count) + 0.01);
    }

    [TestMethod]
    public void TooFewResidualsAreRefusedWithTheNumberThatIsNeeded()
    {
        var few = Assert.ThrowsExactly<ArgumentException>(() => CoverageFit.Of(0, CoveredSites.Observed, DrawnResiduals.Of(20, _ => 2, 0.1, 1), Request));
        StringAssert.Contains(few.Message, "at least 19 times");
        StringAssert.Contains(few.Message, "got 15");
        var hidden = Assert.ThrowsExactly<ArgumentException>(() => CoverageFit.Of(0, CoveredSites.Observed, DrawnResiduals.Of(2000, _ => 1, 20, 1), Request));
        StringAssert.Contains(hidden.Message, "three standard errors from 0");
        StringAssert.Contains(hidden.Message, "from 1500 withheld observations");
        Assert.ThrowsExactly<ArgumentException>(() => CoverageFit.Of(0, CoveredSites.Observed, [], Request));
    }

    [TestMethod]
    public void SitesThatErrAsOneCountOnce()
    {
        var alike = DrawnResiduals.Of(4000, _ => 2, 0.1, 1).Where(r => r.Step % 500 == 0)
            .SelectMany(r => Enumerable.Range(0, 400).Select(site => r with { Site = site })).ToList();
        var few = Assert.ThrowsExactly<ArgumentException>(() => CoverageFit.Of(0, CoveredSites.Observed, alike, Request));
        StringAssert.Contains(few.Message, "at least 9 times");
        StringAssert.Contains(few.Message, "got 6");
    }

    [TestMethod]
    public void ResidualsOfOneBlockOfTimeAreRefusedWithTheStepsThatItTakes()
    {
        List<WithheldResidual> slow = [.. DrawnResiduals.Of(1600, _ => 2, 0.1, 3, memory: 0.999)
            .SelectMany(r => Enumerable.Range(0, 30).Select(trajectory => r with { Trajectory = trajectory })).Where(r => r.Step % 100 < 2)];
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => CoverageFit.Of(
            0, CoveredSites.Observed, [.. slow.Select(r => r with { Trajectory = 0, Site = r.Trajectory })], new() { Levels = [0.5] }));
        StringAssert.Contains(refusal.Message, "it takes some 16,040 steps");
    }

    [TestMethod]
    public void NoFloorIsFittedWhereTheSpreadIsOnAnotherScale()
    {
        var floored = DrawnResiduals.Of(40000, s => Math.Sqrt((s * s) + 0.5) / s, 1, 8);
        Assert.AreNotEqual(0, CoverageFit.Of(0, CoveredSites.Observed, floored, Request with { MostGroups = 1 }).Groups[0].Floor);
        Assert.AreEqual(0, CoverageFit.Of(0, CoveredSites.Observed, floored, Request with { MostGroups = 1, FitsFloor = false }).Groups[0].Floor);
    }

    [TestMethod]
    public void EveryFaultOfARequestIsTold()
    {
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => new CoverageRequest { Levels = [0.9, 0.8], TestShare = 1, MostGroups = 0 }.Check());
        StringAssert.Contains(refusal.Message, "rising levels");
        StringAssert.Contains(refusal.Message, "TestShare");
        StringAssert.Contains(refusal.Message, "MostGroups");
    }

    private static CoverageGroup Of(CoverageFit fit, double spread) => fit.Groups.First(g => spread < (g.SpreadBelow ?? double.PositiveInfinity));
}
