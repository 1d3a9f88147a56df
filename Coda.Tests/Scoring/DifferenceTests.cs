using Coda.Benchmarks.Differences;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;

namespace Coda.Tests.Scoring;

/// <summary>Differences of scores that are told apart from chance, and those that must not be.</summary>
[TestClass]
public sealed class DifferenceTests
{
    // Of the benchmark 'differences', which has 1,000 pairs each, the settings that are hardest for it.
    [TestMethod]
    [DataRow(0.0, 200, 1)]
    [DataRow(0.8, 200, 1)]
    [DataRow(0.95, 200, 1)]
    [DataRow(0.95, 1000, 1)]
    [DataRow(0.95, 200, 4)]
    [DataRow(0.9, 100, 8)]
    public void MethodsThatAreTheSameAreSeldomCalledDifferent(double coefficient, int times, int trajectories)
    {
        var pairs = new CorrelatedPairs(coefficient, times, trajectories);
        foreach (var isSkewed in new[] { false, true })
        {
            var called = Enumerable.Range(0, 300).Count(p => DifferenceTest.Of(pairs.Of(p, isSkewed)).Verdict != DifferenceVerdict.NotToldApart);
            Assert.IsLessThanOrEqualTo(0.06 * 300, called, $"skewed: {isSkewed}");
        }
    }

    [TestMethod]
    public void ATestThatTakesTimesForIndependentCallsThemDifferentFarTooOften()
    {
        // So that the test above cannot pass on series that are not correlated.
        var pairs = new CorrelatedPairs(0.95, 200, 1);
        var called = Enumerable.Range(0, 300).Count(p =>
        {
            var differences = pairs.Of(p, isSkewed: false)[0];
            var mean = differences.Average();
            return Math.Abs(mean) > 1.97 * Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / 199 / 200);
        });
        Assert.IsGreaterThan(150, called);
    }

    [TestMethod]
    public void AMethodThatIsWorseIsCalledSoAndTheOtherBetter()
    {
        var differences = new CorrelatedPairs(0.8, 1000, 4).Of(1, isSkewed: true, shift: 1);
        var (worse, better) = (DifferenceTest.Of(differences), DifferenceTest.Of([.. differences.Select(d => d.Select(x => -x).ToArray())]));
        Assert.AreEqual((DifferenceVerdict.Worse, DifferenceVerdict.Better), (worse.Verdict, better.Verdict));
        Assert.AreEqual((worse.Value, worse.Low, worse.P), (-better.Value, -better.High, better.P));
        Assert.IsTrue(worse.Low > 0 && worse.High > worse.Value && worse.P < 0.001, $"{worse}");
        Assert.IsNull(worse.MoreTrajectories);
        Assert.AreEqual((4000L, 4), (worse.Count, worse.Trajectories));
    }

    // n (1 - a) / (1 + a) of n correlated times tell as much as independent ones.
    [TestMethod]
    [DataRow(DifferenceEstimator.Cosines)]
    [DataRow(DifferenceEstimator.Autoregressive)]
    [DataRow(DifferenceEstimator.StationaryBootstrap)]
    public void TheEffectiveNumberOfTimesIsThatOfTheProcess(DifferenceEstimator estimator)
    {
        foreach (var (coefficient, expected) in new[] { (0.0, 4000.0), (0.8, 444.0) })
        {
            var found = Enumerable.Range(0, 20)
                .Select(p => new CorrelatedPairs(coefficient, 4000, 1).Of(p, isSkewed: false))
                .Average(pair => DifferenceTest.Of(pair, new() { Estimator = estimator, Samples = 200 }).Effective!.Value);
            Assert.AreEqual(1, found / expected, 0.25, $"{coefficient}: {found}");
        }
    }

    [TestMethod]
    public void ADifferenceThatIsDetectableIsToldApartFourTimesOfFive()
    {
        var pairs = new CorrelatedPairs(0.8, 1000, 4);
        var shift = DifferenceTest.Of(pairs.Of(1000, isSkewed: false)).Detectable!.Value;
        var told = Enumerable.Range(0, 200).Count(p => DifferenceTest.Of(pairs.Of(p, isSkewed: false, shift)).Verdict == DifferenceVerdict.Worse);
        Assert.AreEqual(0.8, told / 200.0, 0.1);

        // What is half of it needs some four times as much.
        var half = Enumerable.Range(0, 200).Select(p => DifferenceTest.Of(pairs.Of(p, isSkewed: false, shift / 2)))
            .Where(d => Math.Abs((d.Value / (shift / 2)) - 1) < 0.05 && d.MoreTrajectories is not null).ToList();
        Assert.IsNotEmpty(half);
        Assert.AreEqual(12, half.Average(d => d.MoreTrajectories!.Value), 3);
    }

    [TestMethod]
    public void WhatIsTooShortSaysSo()
    {
        var single = DifferenceTest.Of([[0.5]]);
        Assert.AreEqual((DifferenceVerdict.NotToldApart, (double?)null, (double?)null), (single.Verdict, single.P, single.Low));
        Assert.Contains("a single piece that is independent; 4 trajectories", single.Interval);
        var few = DifferenceTest.Of([[.. Enumerable.Range(0, 8).Select(t => 1 + (0.5 * t))]]);
        Assert.AreEqual(DifferenceVerdict.NotToldApart, few.Verdict, $"{few}");
        Assert.AreEqual((DifferenceVerdict.NotToldApart, 1.0), (DifferenceTest.Of([new double[100]]).Verdict, DifferenceTest.Of([new double[100]]).P));
        var infinite = DifferenceTest.Of([[1, double.PositiveInfinity, 1, 1]]);
        Assert.AreEqual((DifferenceVerdict.NotToldApart, (double?)null), (infinite.Verdict, infinite.P));
    }

    [TestMethod]
    public void OnlyTimesThatBothHaveAreCompared()
    {
        ScoreSeries Series(int from, int count, double value, int lead = 0) => new(
            "score", ScoredSites.All, lead, 0,
            [
                new(3, [.. Enumerable.Range(from, count).Select(t => (long)t)], [.. Enumerable.Range(0, count).Select(t => value + (t % 2))],
                    [.. Enumerable.Repeat(1L, count)]),
            ]);
        var difference = DifferenceTest.Of(Series(0, 60, 2), Series(10, 60, 1));
        Assert.AreEqual((50L, 1.0), (difference.Count, difference.Value));
        // Less beside the reference of the same times, which is 1 or 2 by turns; its other times are much worse.
        var late = Series(10, 60, 1).Trajectories[0];
        var reference = Series(10, 60, 1) with { Trajectories = [late with { Sums = [.. late.Sums.Select((x, i) => i < 50 ? x : 100)] }] };
        var relative = ScoreDifferences.Of(("r", [reference]), [("e", [Series(0, 60, 2)])], MultipleTests.Holm)[0].Relative;
        Assert.AreEqual(1 / 1.5, relative!.Value, 1e-12);
        Assert.Contains("one time of one trajectory", Assert.Throws<ArgumentException>(() => DifferenceTest.Of(Series(0, 10, 1), Series(10, 10, 1))).Message);
        Assert.Contains("lead 1", Assert.Throws<ArgumentException>(() => DifferenceTest.Of(Series(0, 10, 1), Series(0, 10, 1, lead: 1))).Message);
        Assert.Contains("Level", Assert.Throws<ArgumentException>(() => DifferenceTest.Of([[1.0]], new() { Level = 0 })).Message);
    }

    // The examples of Holm (1979) and of Benjamini and Hochberg (1995) are long; these are by hand.
    [TestMethod]
    public void SeveralTestsAreAllowedFor()
    {
        double?[] probabilities = [0.01, null, 0.04, 0.03, 0.005];
        Assert.AreEqual("0.03 - 0.06 0.06 0.02", Words(MultipleTests.Holm(probabilities)));
        Assert.AreEqual("0.02 - 0.04 0.04 0.02", Words(MultipleTests.BenjaminiHochberg(probabilities)));
        Assert.AreEqual("1 1", Words(MultipleTests.Holm([0.8, 0.9])));

        static string Words(IEnumerable<double?> all) => string.Join(' ', all.Select(p => p is { } found ? FormattableString.Invariant($"{found:G3}") : "-"));
    }

    [TestMethod]
    public void BlocksOfTheBootstrapAreLongerWhereTimesAreCorrelated()
    {
        double Length(double coefficient) => Enumerable.Range(0, 20).Average(p =>
        {
            var series = new CorrelatedPairs(coefficient, 1000, 1).Of(p, isSkewed: false)[0];
            var words = DifferenceTest.Of([series], new() { Estimator = DifferenceEstimator.StationaryBootstrap, Samples = 100 }).Interval.Split(' ');
            return double.Parse(words[^2], System.Globalization.CultureInfo.InvariantCulture);
        });
        var (none, strong) = (Length(0), Length(0.8));
        Assert.IsLessThan(5, none);
        // Politis and White (2004): (2 G² / D)^(1/3) n^(1/3) of this process is (2 a / (1 - a²))^(2/3) n^(1/3) = 27.
        Assert.AreEqual(27, strong, 9);
    }

    [TestMethod]
    public void BlocksAreLongerWhereThereAreManySeries()
    {
        int Blocks(int parts)
        {
            var sum = new SeriesSum(100_000, parts);
            for (var step = 0; step < 100_000; step++)
            {
                sum.Add(0, step, 1);
            }

            var series = sum.Result()[0];
            Assert.AreEqual((100_000.0, 100_000L), (series.Sums.Sum(), series.Counts.Sum()));
            return series.Steps.Count;
        }

        Assert.AreEqual(100_000, Blocks(1));
        Assert.IsLessThanOrEqualTo((1 << 20) / 1000, Blocks(1000));
    }

    // Products of the lag 2 above the mean square, over few pairs: no stationary process.
    [TestMethod]
    public void VariancesAreNeverNegative()
    {
        var found = DifferenceTest.Of([[2, 1, 2], [0, 1, 0], [2, 1, 2], [0, 1, 0]], new() { Estimator = DifferenceEstimator.Autoregressive });
        Assert.IsTrue(found.StandardError > 0 && found.P is > 0 and <= 1, $"{found}");
        Assert.Contains("[0, 1]", Assert.Throws<ArgumentException>(() => MultipleTests.Holm([0.5, double.NaN])).Message);
    }

    [TestMethod]
    [DataRow(DifferenceEstimator.Cosines)]
    [DataRow(DifferenceEstimator.Autoregressive)]
    [DataRow(DifferenceEstimator.StationaryBootstrap)]
    public void AShortTrajectoryAndGapsLeaveTheCorrelationKnown(DifferenceEstimator estimator)
    {
        var request = new DifferenceRequest { Estimator = estimator, Samples = 200 };
        var pairs = new CorrelatedPairs(0.9, 1000, 2);
        Assert.IsLessThan(0.2, Effective(p => [.. pairs.Of(p, isSkewed: false), [0.1, 0.2]], _ => true) / 2000, "of a short trajectory beside long ones");
        Assert.IsLessThan(0.2, Effective(p => pairs.Of(p, isSkewed: false), t => t * 41 % 101 % 2 == 0) / 1000, "of every other time or so");
        Assert.IsLessThan(0.6, Effective(p => new CorrelatedPairs(0.95, 8, 40).Of(p, isSkewed: false), _ => true) / 320, "of short ones");

        double Effective(Func<int, IReadOnlyList<double[]>> of, Func<int, bool> isThere) => 1 / Enumerable.Range(0, 10).Average(p =>
        {
            var trajectories = of(p);
            return 1 / DifferenceTest.Of(Series(trajectories, isThere, x => x), Series(trajectories, isThere, _ => 0), request).Effective!.Value;
        });

        static ScoreSeries Series(IReadOnlyList<double[]> trajectories, Func<int, bool> isThere, Func<double, double> of) => new(
            "difference", ScoredSites.All, 0, 0,
            [
                .. trajectories.Select((all, i) => (i, Kept: all.Index().Where(t => isThere(t.Index)).ToList())).Select(t => new TrajectorySeries(
                    t.i, [.. t.Kept.Select(k => (long)k.Index)], [.. t.Kept.Select(k => of(k.Item))], [.. t.Kept.Select(_ => 1L)])),
            ]);
    }
}
