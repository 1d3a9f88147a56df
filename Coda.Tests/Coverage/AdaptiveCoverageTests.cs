using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Foundation;

namespace Coda.Tests.Coverage;

/// <summary>Bands that follow a record whose errors drift.</summary>
[TestClass]
public sealed class AdaptiveCoverageTests
{
    private const double Level = 0.9;

    private static readonly double[] Quantiles = [1.2815515655446, 1.6448536269515, 1.9599639845401]; // of |Z| at 80, 90 and 95 %

    // Gibbs and Candès (2021), proposition 4.1, whatever an adversary who sees the next band does.
    [TestMethod]
    [DataRow(0.005, 1)]
    [DataRow(0.005, 5)]
    [DataRow(0.05, 1)]
    [DataRow(0.5, 3)]
    [DataRow(1.0, 1)]
    public void WhateverComesTheShareMissedIsWithinItsBound(double rate, int sites)
    {
        foreach (var adversary in (Func<AdaptiveState, int, double>[])
            [(at, i) => at.Factor * 1.01, (at, i) => 0, (at, i) => double.MaxValue, (at, i) => i % 700 < 350 ? at.Factor * 2 : 0, (at, i) => i])
        {
            var adaptive = new AdaptiveCoverage(Bands(), Level, rate);
            var (at, missed) = (adaptive.Start, 0.0);
            const int Times = 3000;
            for (var t = 0; t < Times; t++)
            {
                var before = at;
                at = adaptive.Next(at, t, Enumerable.Range(0, sites).Select(i => Math.Max(0, Math.Min(double.MaxValue, adversary(before, t + i)))));
                missed += 1 - ((double)at.Newest[^1].Hits / sites);
            }

            Assert.IsLessThanOrEqualTo((Level + rate) / (rate * Times), Math.Abs((missed / Times) - (1 - Level)) - 1e-9);
        }
    }

    [TestMethod]
    public void WhereTheErrorDoublesAdaptedBandsCoverAgainAndFixedOnesDoNot()
    {
        var (adapted, still) = (Run(0.005, 2000, t => t < 600 ? 1 : 2), Run(null, 2000, t => t < 600 ? 1 : 2));
        Assert.AreEqual(Level, Share(adapted, 0, 600), 0.02);
        Assert.AreEqual(Level, Share(still, 0, 600), 0.02);
        Assert.AreEqual(Level, Share(adapted, 1000, 2000), 0.02);
        Assert.AreEqual(0.589, Share(still, 1000, 2000), 0.03, "P(|Z| < 1.645 / 2)");
        Assert.AreEqual(2, adapted[^1].Factor, 0.2);
        Assert.AreEqual(1, still[^1].Factor);
        CollectionAssert.AreEqual(still.Select(s => s.Newest[^1].Hits).ToArray(), adapted.Select(s => s.Newest[^1].CalibratedHits).ToArray());
    }

    [TestMethod]
    public void TheAlarmBeginsAndEndsOnceAndIsSaid()
    {
        var adaptive = new AdaptiveCoverage(Bands(), Level, 0.005);
        var states = Run(0.005, 2000, t => t < 600 ? 1 : 2);
        var changes = states.Zip(states.Skip(1), adaptive.Change).Index().Where(c => c.Item is not null).ToList();
        CollectionAssert.AreEqual(new[] { "coverage-missed", "coverage-regained" }, changes.ConvertAll(c => c.Item!.Kind));
        Assert.IsInRange(600, 660, changes[0].Index);
        Assert.IsInRange(620, 800, changes[1].Index);
        StringAssert.Contains(changes[0].Item!.Message, "expected 90 % of new observations in their bands");
        StringAssert.Contains(changes[0].Item!.Message, "coda calibrate");
        StringAssert.Contains(changes[1].Item!.Message, "times are, as they should");
        Assert.IsNull(adaptive.Alarm(states[500]));
        Assert.IsNotNull(adaptive.Alarm(states[changes[0].Index + 1]));

        Assert.IsNotNull(Run(null, 2000, t => t < 600 ? 1 : 2)[^1].AlarmSince, "Fixed bands do not get out of it.");
    }

    [TestMethod]
    public void NothingIsAlarmedWhereCalibrationHoldsAlsoWhereSitesErrAsOneAndTimesDependOnEachOther()
    {
        var alarms = 0;
        for (var seed = 0UL; seed < 15; seed++)
        {
            alarms += Run(null, 1000, _ => 1, memory: 0.7, seed: seed).Exists(s => s.AlarmSince is not null) ? 1 : 0;
            alarms += Run(0.005, 1000, _ => 1, seed: seed).Exists(s => s.AlarmSince is not null) ? 1 : 0;
        }

        Assert.IsLessThanOrEqualTo(9, alarms, "of 30 runs");
    }

    [TestMethod]
    public void AtTheCalibrationItselfTheFactorStaysAtOne() =>
        Assert.AreEqual(1, Run(0.005, 3000, _ => 1).Skip(100).Average(s => Math.Min(s.Factor, 3)), 0.05);

    [TestMethod]
    public void WhatIsStoredGoesOnToTheSameBits()
    {
        var adaptive = new AdaptiveCoverage(Bands(), Level, 0.02);
        var (at, restored) = (adaptive.Start, adaptive.Start);
        var random = new CounterRandom(3);
        for (var t = 0; t < 300; t++)
        {
            double[] scores = [.. Enumerable.Range(0, t % 3 == 0 ? 100 : 4).Select(_ => (t > 150 ? 3 : 1) * Math.Abs(random.NextGaussian()))];
            at = adaptive.Next(at, t, scores);
            restored = adaptive.Next(AdaptiveState.Of(restored.ToNumbers()), t, scores);
            CollectionAssert.AreEqual(at.ToNumbers(), restored.ToNumbers());
        }

        Assert.HasCount(AdaptiveCoverage.Memory, at.Newest);
        Assert.ThrowsExactly<InvalidDataException>(() => AdaptiveState.Of(at.ToNumbers().AsSpan(1)));
        Assert.ThrowsExactly<InvalidDataException>(() => AdaptiveState.Of([1, 1]));
    }

    [TestMethod]
    public void BandsOfStatesAreMultipliedAndWhatHasNoneKeepsNone()
    {
        var adaptive = new AdaptiveCoverage(Bands() with { NotCovered = [1] }, Level, 0.005);
        var block = new StateBlock(0, 5, 3, new float[3], new float[] { 1, 1, 2 });
        CollectionAssert.AreEqual(new[] { 4f, 0, 8 }, adaptive.On(block, adaptive.Start with { Factor = 2 }).Band!.Value.ToArray());
        var wide = adaptive.Next(adaptive.Start, 0, [5, 7]) with { Factor = double.PositiveInfinity };
        CollectionAssert.AreEqual(new[] { 14f, 0, 28 }, adaptive.On(block, wide).Band!.Value.ToArray(), "As wide as the greatest score was.");
    }

    // 201 (1 - α) > 200: no time that is remembered can tell the level, whatever came.
    [TestMethod]
    public void AtALevelBeyondWhatTimesTellBandsOfStatesAreNoNarrowerThanCalibratedOnes()
    {
        var bands = Bands() with { Levels = [0.8, Level, 0.999], NotCovered = [1] };
        var adaptive = new AdaptiveCoverage(bands, 0.999, 0.005);
        var at = adaptive.Next(adaptive.Start, 0, [0.05, 0.02]);
        Assert.AreEqual(double.PositiveInfinity, at.Factor);
        var block = new StateBlock(0, 5, 3, new float[3], new float[] { 1, 1, 2 });
        CollectionAssert.AreEqual(bands.On(block, 0.999).Band!.Value.ToArray(), adaptive.On(block, at).Band!.Value.ToArray());
    }

    [TestMethod]
    public void WhatMakesNoSenseIsRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new AdaptiveCoverage(Bands(), Level, 0)).Message, "at most 1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new AdaptiveCoverage(Bands(), 0.7)).Message, "0.8, 0.9, 0.95");
        Assert.ThrowsExactly<ArgumentException>(() => new AdaptiveCoverage(Bands() with { Groups = [.. Bands().Groups.Select(g => g with { Lead = 3 })] }, Level));
    }

    private static double Share(List<AdaptiveState> states, int from, int to) =>
        states.Skip(from).Take(to - from).Average(s => (double)s.Newest[^1].Hits / s.Newest[^1].Count);

    // Gaussian scores at three sites, half of whose errors are shared.
    private static List<AdaptiveState> Run(double? rate, int times, Func<int, double> scale, double memory = 0, ulong seed = 1)
    {
        var (adaptive, random, states) = (new AdaptiveCoverage(Bands(), Level, rate), new CounterRandom(seed), new List<AdaptiveState>());
        var (at, z) = (adaptive.Start, random.NextGaussian());
        for (var t = 0; t < times; t++)
        {
            z = (memory * z) + (Math.Sqrt(1 - (memory * memory)) * random.NextGaussian());
            var shared = z;
            WithheldResidual[] residuals = [.. Enumerable.Range(0, 3).Select(site =>
                new WithheldResidual(0, t, site, scale(t) * Math.Sqrt(2) * ((shared + random.NextGaussian()) / Math.Sqrt(2)), 1, 1))];
            at = adaptive.Next(at, t, residuals);
            states.Add(at);
        }

        return states;
    }

    private static CoverageBands Bands() => new()
    {
        Table = ArchiveTable.Analyses, Origin = new() { ["method"] = "network" }, Levels = [0.8, Level, 0.95], StateSize = 3,
        Correlations = new() { [0] = 2 }, Measured = [],
        Groups =
        [
            new()
            {
                Lead = 0, Sites = CoveredSites.Observed, Count = 100, Separated = 50, Scale = new(1, 0.1, 0, 100),
                ObservationFactors = Quantiles, StateFactors = [1.5, 2, 2.5],
            },
        ],
    };
}
