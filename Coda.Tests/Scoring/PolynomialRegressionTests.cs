using Coda.Data.Foundation;
using Coda.Data.Scoring;

namespace Coda.Tests.Scoring;

[TestClass]
public sealed class PolynomialRegressionTests
{
    private static readonly double[] Cubic = [-0.163, -0.414, 0.0035, 0.0014];

    [TestMethod]
    public void AnExactCubicIsFound()
    {
        var regression = new PolynomialRegression(3);
        for (var x = -9.0; x < 14; x += 0.01)
        {
            regression.Add(x, Of(x));
        }

        var fit = regression.Fit(3);
        Assert.AreEqual(0, fit.Residual, 1e-5);
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual(Cubic[i], fit.Coefficients[i], 1e-9);
        }
    }

    // Noise that is +1 and -1 in turn at the same x is orthogonal to every polynomial.
    [TestMethod]
    public void WhatNoPolynomialExplainsIsTheResidual()
    {
        var regression = new PolynomialRegression(3);
        for (var x = -3.0; x < 5; x += 0.1)
        {
            regression.Add(x, Of(x) + 1);
            regression.Add(x, Of(x) - 1);
        }

        var fit = regression.Fit(3);
        Assert.AreEqual(1, fit.Residual, 1e-9);
        Assert.AreEqual(Cubic[1], fit.Coefficients[1], 1e-9);
        Assert.AreEqual(160, regression.Count);
    }

    // The line through a cloud in closed form: slope covariance over variance.
    [TestMethod]
    public void ALineAndAConstantAreTheTextbookOnes()
    {
        var random = new CounterRandom(3);
        var (regression, pairs) =
            (new PolynomialRegression(1), Enumerable.Range(0, 500).Select(_ => (X: 3 + random.NextGaussian(), Noise: random.NextGaussian())).ToList());
        var cloud = pairs.Select(p => (p.X, Y: 2 - p.X + p.Noise)).ToList();
        cloud.ForEach(p => regression.Add(p.X, p.Y));
        var (mx, my) = (cloud.Average(p => p.X), cloud.Average(p => p.Y));
        var slope = cloud.Sum(p => (p.X - mx) * (p.Y - my)) / cloud.Sum(p => (p.X - mx) * (p.X - mx));
        Assert.AreEqual(slope, regression.Fit(1).Coefficients[1], 1e-10);
        Assert.AreEqual(my, regression.Fit(0).Coefficients[0], 1e-10);
        Assert.AreEqual(Math.Sqrt(cloud.Average(p => (p.Y - my) * (p.Y - my))), regression.Fit(0).Residual, 1e-10);
    }

    [TestMethod]
    public void TooFewDifferentValuesAreRefused()
    {
        var regression = new PolynomialRegression(3);
        regression.Add(1, 1);
        regression.Add(2, 1);
        regression.Add(2, 3);
        Assert.AreEqual(2, regression.Fit(1).Coefficients.Count);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => regression.Fit(2)).Message, "different values");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => regression.Fit(4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PolynomialRegression(9));
    }

    private static double Of(double x) => Cubic.Select((c, i) => c * Math.Pow(x, i)).Sum();
}
