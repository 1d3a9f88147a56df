using Coda.Data.Coverage;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class ResidualTimesTests
{
    [TestMethod]
    public void TheCorrelationLengthIsThatOfTheErrorsUnderTheNoise()
    {
        // .9 to the power of 9.5 is 1/e; lags are looked at five and more at a time.
        Assert.AreEqual(7.5, ResidualTimes.Correlation(DrawnResiduals.Of(40000, _ => 1, 0.5, 1, memory: 0.9)), 2.5);
        Assert.AreEqual(0, ResidualTimes.Correlation(DrawnResiduals.Of(4000, _ => 1, 0.5, 2)), "Errors that forget at once.");
    }

    // .99 to the power of 100 is about 1/e; nine steps of ten have no observation.
    [TestMethod]
    public void SitesThatAreSeenNowAndThenAreCorrelatedAsLong()
    {
        var sparse = DrawnResiduals.Of(40000, _ => 1, 0.5, 1, memory: 0.99).Where(r => r.Step % 10 == 0).ToList();
        Assert.AreEqual(100, ResidualTimes.Correlation(sparse), 40);
        Assert.AreEqual(0, ResidualTimes.Correlation([.. DrawnResiduals.Of(40000, _ => 1, 0.5, 1).Where(r => r.Step % 10 == 0)]));
    }

    [TestMethod]
    public void TooFewPairsAreUnknownAndNotIndependent()
    {
        Assert.AreEqual(ResidualTimes.Most, ResidualTimes.Correlation([.. DrawnResiduals.Of(40000, _ => 1, 0.5, 1, memory: 0.99).Where(r => r.Step % 900 == 0)]));
        Assert.AreEqual(ResidualTimes.Most, ResidualTimes.Correlation(DrawnResiduals.Of(9, _ => 1, 0.5, 1)));
        Assert.AreEqual(ResidualTimes.Most, ResidualTimes.Correlation([]));
    }

    [TestMethod]
    public void ItStopsWhenTold() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => ResidualTimes.Correlation(DrawnResiduals.Of(9, _ => 1, 0.5, 1), new CancellationToken(true)));

    [TestMethod]
    public void ThinnedTimesAreFartherApartWithAllOfTheirSites()
    {
        WithheldResidual[] residuals = [.. from trajectory in new[] { 0, 1 } from step in new long[] { 0, 3, 4, 9, 12, 30 } from site in new[] { 2, 5 }
            select new WithheldResidual(trajectory, step + trajectory, site, 1, 1, 1)];
        var kept = ResidualTimes.Thinned(residuals.Reverse(), 3);
        CollectionAssert.AreEqual(new long[] { 0, 4, 9, 30 }, kept.Where(r => r.Trajectory == 0).Select(r => r.Step).Distinct().ToArray());
        Assert.HasCount(16, kept);
        Assert.HasCount(24, ResidualTimes.Thinned(residuals, 0));
    }
}
