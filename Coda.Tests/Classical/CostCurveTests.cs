using Coda.Benchmarks.Curves;

namespace Coda.Tests.Classical;

/// <summary>The exponents of cost curves, and that everything whose cost is drawn is in the plan. No time is asserted.</summary>
[TestClass]
public sealed class CostCurveTests
{
    private static readonly double[] Sizes = [10, 20, 40, 80, 160];

    [TestMethod]
    public void ThePowerOfAPowerIsFound()
    {
        var fit = PowerFit.Of(Sizes, [.. Sizes.Select(n => 3 * Math.Pow(n, 1.5))]);
        Assert.AreEqual(1.5, fit.Exponent, 1e-12);
        Assert.AreEqual(0, fit.Half, 1e-6);
        Assert.AreEqual(1.5, fit.End, 1e-12);
        Assert.IsTrue(fit.Exceeds(1.3));
        Assert.IsFalse(fit.Exceeds(1.4), "within the tolerance");
    }

    [TestMethod]
    public void NoiseWidensTheInterval()
    {
        double[] noise = [1.1, 0.9, 1.1, 0.9, 1.1];
        var fit = PowerFit.Of(Sizes, [.. Sizes.Select((n, i) => n * noise[i])]);
        Assert.AreEqual(1, fit.Exponent, 0.05);
        Assert.IsTrue(fit.Half is > 0.05 and < 0.4, $"{fit.Half}");
        Assert.IsFalse(fit.Exceeds(1));
    }

    [TestMethod]
    public void AConstantPartDoesNotHideWhatGrowsInTheEnd()
    {
        var fit = PowerFit.Of(Sizes, [.. Sizes.Select(n => 2000 + (n * n))]);
        Assert.IsTrue(fit.Exponent < 1, $"{fit.Exponent}");
        Assert.IsTrue(fit.Exceeds(1), $"{fit.End}");
    }

    [TestMethod]
    public void WhatMemoryAddsIsNoFault()
    {
        var curve = new CostCurve("x", CurveAxis.State, "step", 1, "", Sizes, [.. Sizes.Select(n => Math.Pow(n, 1.3))]);
        Assert.IsTrue(curve.IsTooFast);
        var memory = MemoryGrowth.Of(new CostCurve("memory", CurveAxis.State, "pass", 1, "", Sizes, [10, 20, 40, 160, 320]));
        Assert.AreEqual(1, memory.Steepest, 1e-12);
        Assert.IsTrue(memory.Whole is > 0.2 and < 0.4, $"{memory.Whole}");
        Assert.IsFalse((curve with { Memory = memory }).IsTooFast);
        Assert.IsTrue((curve with { Memory = memory, Axis = CurveAxis.Members }).IsTooFast, "members do not lie in slower memory");
    }

    [TestMethod]
    public void FewSizesOrTimesThatAreNoneAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => PowerFit.Of([1, 2], [1, 2]));
        Assert.ThrowsExactly<ArgumentException>(() => PowerFit.Of([1, 2, 3], [1, 0, 2]));
        Assert.ThrowsExactly<ArgumentException>(() => PowerFit.Of([1, 2, 3], [1, 2]));
    }

    [TestMethod]
    public void ThePlanHasEveryAxisAndSaysWhyEachExponentIsOne()
    {
        var plan = CurvePlan.Of("lorenz96");
        CollectionAssert.AreEquivalent(Enum.GetValues<CurveAxis>(), plan.Select(c => c.Axis).Distinct().ToArray());
        Assert.HasCount(plan.Count, plan.Select(c => (c.Operation, c.Axis)).Distinct().ToList(), "each curve once");
        foreach (var what in plan)
        {
            Assert.IsTrue(what.Sizes.Count >= 4 && what.Sizes.Zip(what.Sizes.Skip(1)).All(pair => pair.First < pair.Second), what.Operation);
            Assert.IsTrue(what.Why.Length > 0 && what.Most >= 0, what.Operation);
        }

        foreach (var (word, axis) in new[]
        {
            ("network", CurveAxis.State), ("training", CurveAxis.State), ("polish", CurveAxis.State), ("letkf", CurveAxis.State),
            ("strong-four-dvar", CurveAxis.State),
            ("letkf", CurveAxis.Observations), ("strong-four-dvar", CurveAxis.Observations), ("letkf", CurveAxis.Members), ("training", CurveAxis.Ranks),
        })
        {
            Assert.IsTrue(CurvePlan.Of("lorenz96", only: [$"{axis} {word}"]).Count > 0, $"{word} against {axis}");
        }

        Assert.IsTrue(CurvePlan.Of("lorenz96", isQuick: true).All(c => c.Sizes.Count == 4));
    }

    [TestMethod]
    public void ACurveIsTimedPrintedAndDrawn()
    {
        using var folder = new Archives.TemporaryDirectory();
        var sum = 0.0;
        var what = new CurveCase("a loop", CurveAxis.State, "run", [1000, 2000, 4000], 1, "term by term", size => new(() =>
        {
            for (var i = 0; i < size; i++)
            {
                sum += Math.Sqrt(i);
            }
        }, 1));
        var (curve, output) = (new CurveTimer(2, 100).Time(what), new StringWriter());
        Assert.IsTrue(curve.Microseconds.All(time => time > 0), string.Join(", ", curve.Microseconds));
        CurveReport.Write(output, curve);
        StringAssert.StartsWith(output.ToString(), "| a loop, per run | size of the state | 1000 to 4000 |");
        CurveReport.Save(folder.Path, [curve]);
        CollectionAssert.AreEquivalent(
            new[] { "curves-state.png", "curves-state.svg", "curves.json" }, Directory.GetFiles(folder.Path).Select(Path.GetFileName).ToArray());
        Assert.IsTrue(sum > 0);
    }

    [TestMethod]
    public void ArgumentsThatSayNothingAreRefused()
    {
        var output = new StringWriter();
        Assert.AreEqual(2, CurveBenchmark.Run(output, "lorenz96", ["--fast"]));
        Assert.AreEqual(2, CurveBenchmark.Run(output, "lorenz96", ["--output"]));
        Assert.AreEqual(2, CurveBenchmark.Run(output, "lorenz96", ["--only", "no such thing"]));
        StringAssert.Contains(output.ToString(), CurveBenchmark.Usage);
    }
}
