using Coda.Data.Coverage;

namespace Coda.Tests.Coverage;

[TestClass]
public sealed class SpreadScaleTests
{
    [TestMethod]
    public void TheErrorIsFoundUnderNoiseThatIsLarger()
    {
        var scale = SpreadScale.Of(DrawnResiduals.Of(60000, _ => 0.7, 1.5, 3), 5);
        Assert.AreEqual(0.49, scale.Variance, 3.5 * scale.StandardError);
        Assert.IsTrue(scale.IsResolved);
        Assert.IsLessThan(0.05, scale.StandardError);
        Assert.AreEqual(0, scale.Kurtosis, 0.7, "Between the Gaussian's and the prior's.");
        Assert.AreEqual(Math.Sqrt(0.49) * ConformalQuantile.OfNormal(0.9), scale.Factor(0.9), 0.05);
        Assert.AreEqual(0.9, scale.LevelOf(scale.Factor(0.9)), 1e-6);
    }

    // Standard errors are those of repetitions, of errors with a memory too.
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.9)]
    public void TheStandardErrorIsThatOfRepetitions(double memory)
    {
        SpreadScale[] scales = [.. Enumerable.Range(0, 60).Select(seed => SpreadScale.Of(DrawnResiduals.Of(2000, _ => 1, 0.5, (ulong)seed, memory), 40))];
        var mean = scales.Average(s => s.Variance);
        var deviation = Math.Sqrt(scales.Average(s => (s.Variance - mean) * (s.Variance - mean)));
        Assert.AreEqual(1, deviation / scales.Average(s => s.StandardError), 0.35);
        Assert.AreEqual(1, mean, 4 * deviation / Math.Sqrt(scales.Length));
    }

    [TestMethod]
    public void OfFewBlocksTheStandardErrorIsNotTooSmall()
    {
        SpreadScale[] scales =
            [.. Enumerable.Range(0, 60).Select(seed => SpreadScale.Of(DrawnResiduals.Of(3000, _ => 1, 0.5, (ulong)seed, memory: 0.99), 404))];
        var mean = scales.Average(s => s.Variance);
        var deviation = Math.Sqrt(scales.Average(s => (s.Variance - mean) * (s.Variance - mean)));
        Assert.IsLessThan(1.2, deviation / scales.Average(s => s.StandardError));
        Assert.IsFalse(SpreadScale.Of(DrawnResiduals.Of(400, _ => 1, 0.5, 1, memory: 0.99), 404).IsResolved, "One block tells no error.");
    }

    // Where spread and error are slow, residuals taken as independent find floors of whatever the spread did meanwhile.
    [TestMethod]
    public void FloorsAreHeldAgainstBlocksOfTime()
    {
        var (blocks, independent) = (0, 0);
        for (ulong seed = 0; seed < 40; seed++)
        {
            List<WithheldResidual> slow = [.. DrawnResiduals.Of(6000, _ => 1, 0, seed, memory: 0.99).Select(r =>
            {
                var spread = 1 + (0.5 * Math.Sin(r.Step / 150.0));
                return r with { Error = spread * r.Error / r.Spread, Spread = spread, Deviation = 0.3 };
            })];
            blocks += SpreadFloor.Of(slow, 300) != 0 ? 1 : 0;
            independent += SpreadFloor.Of(slow) != 0 ? 1 : 0;
        }

        Assert.IsLessThan(10, blocks);
        Assert.IsGreaterThan(20, independent);
    }

    [TestMethod]
    public void HeavyTailsMakeTheirBandsCover()
    {
        const double Sigma = 0.3;
        var scale = SpreadScale.Of(DrawnResiduals.Of(60000, _ => 1, Sigma, 5, isHeavy: true), 5);
        Assert.AreEqual(2.5, scale.Kurtosis, 1); // 3, drawn to the prior
        var states = DrawnResiduals.Of(60000, _ => 1, 0, 6, isHeavy: true); // without noise: the states' errors themselves
        foreach (var level in new[] { 0.8, 0.9, 0.95 })
        {
            double Covered(double factor) => (double)states.Count(r => Math.Abs(r.Error) <= factor * r.Spread) / states.Count;
            Assert.AreEqual(level, Covered(scale.Factor(level)), 0.02); // the Gaussian's covers .843 at .8
        }
    }

    [TestMethod]
    public void WhatNoiseHidesIsNotResolved() => Assert.IsFalse(SpreadScale.Of(DrawnResiduals.Of(300, _ => 1, 30, 4), 5).IsResolved);

    [TestMethod]
    public void ASpreadIsLeftAsItIsAsFarAsNothingContradictsIt()
    {
        Assert.AreEqual(1, new SpreadScale(1.04, 0.05, 0, 100).Applied);
        Assert.AreEqual(1.1 - 0.025, new SpreadScale(1.1, 0.05, 0, 100).Applied, 1e-12);
        Assert.AreEqual(0.5, new SpreadScale(0.5, 0.01, 0, 100).Applied, 1e-3);
        Assert.AreEqual(ConformalQuantile.OfNormal(0.95), new SpreadScale(0.97, 0.05, 0, 100).Factor(0.95), 1e-12, "Of a Gaussian.");
    }

    [TestMethod]
    public void AFloorThatTheSpreadDoesNotKnowIsFound()
    {
        var floored = DrawnResiduals.Of(40000, s => Math.Sqrt((s * s) + 0.5) / s, 1, 8);
        Assert.AreEqual(0.5, SpreadFloor.Of(floored), 0.2);
        Assert.AreEqual(Math.Sqrt(1.5), SpreadFloor.Add(1, 0.5), 1e-12);
        Assert.AreEqual(0.5, SpreadFloor.Add(1, -3), 1e-12, "Half of the spread stays.");
        Assert.AreEqual(0, SpreadFloor.Of([.. floored.Take(50).Select(r => r with { Spread = 1 })]), "One spread tells none apart.");
    }
}
