using Coda.Data.Coverage;
using Coda.Workflows.Calibrating;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class ResidualSampleTests
{
    [TestMethod]
    public void ABoundKeepsWholeTimesOfAllTrajectories()
    {
        var (sample, whole) = (new ResidualSample(2000), new ResidualSample(50000));
        for (var step = 0; step < 4000; step++)
        {
            foreach (var residual in Enumerable.Range(0, 12).Select(i => new WithheldResidual(i / 3, step, i % 3, 1, 1, 1)))
            {
                sample.Add(residual);
                whole.Add(residual);
            }
        }

        Assert.HasCount(48000, whole.Kept);
        Assert.AreEqual(1UL, whole.Every);
        Assert.AreEqual(32UL, sample.Every);
        Assert.IsLessThanOrEqualTo(2000, sample.Kept.Count);
        Assert.IsGreaterThan(1000, sample.Kept.Count);
        Assert.IsTrue(sample.Kept.GroupBy(r => (r.Trajectory, r.Step)).All(time => time.Count() == 3), "With all of their sites.");
        Assert.HasCount(4, sample.Kept.Select(r => r.Trajectory).Distinct().ToArray());
        Assert.AreEqual(2, sample.Kept.Select(r => r.Step % 2).Distinct().Count(), "Of any period.");
        Assert.AreEqual(2000, sample.Kept.Average(r => (double)r.Step), 200);
    }
}
