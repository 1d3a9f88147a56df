using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>What training draws from a record: alignment, held-out parts, blanking, climatology.</summary>
[TestClass]
public sealed class TrainingRecordTests
{
    private const int HalfWidth = 3;
    private static readonly StateLayout Components = StateLayout.Of("a", "b", "c");

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void TheLaterWindowIsCentredAtTheRolloutsEndPlusTheOffset(int laterOffset)
    {
        const int length = 5, count = 7, sites = 4;
        var record = new TrainingRecord(TrainingExamples.Clock(sites), HalfWidth, length + laterOffset);
        var batch = new TrainingBatch(record, count, length, laterOffset, 1, sites);
        for (var step = 0; step < 20; step++)
        {
            batch.Draw(1, step, heldOut: step % 2 == 0, blanking: 0);
            for (var row = 0; row < count; row++)
            {
                // The record's value at a step is that step, so a window's centre names it.
                var k = Centre(batch, row, sites);
                Assert.AreEqual(k + length + laterOffset, Centre(batch, count + row, sites), "the later window's centre");
                for (var lead = 0; lead <= length; lead++)
                {
                    Assert.AreEqual(k + lead, batch.Observations.ValuesAt(lead)[row * sites], $"the observation at lead {lead}");
                }
            }
        }
    }

    [TestMethod]
    public void TheClimatologyTakesOffTheErrorsOfTheObservationsOwn()
    {
        const int steps = 40;
        var whole = new ObservationStretch(0, new StepRange(0, steps), 2) { Sigma = new float[2 * steps] };
        for (var i = 0; i < whole.Values.Length; i++)
        {
            // Both sites vary by 5; 3 of it is the second one's error.
            (whole.Values[i], whole.Mask[i], whole.Sigma[i]) = (i / 2 % 2 == 0 ? 5 : -5, 1, i % 2 == 0 ? 0.1f : 3);
        }

        var archive = new MemoryArchive(
            TrainingExamples.Clock(2).Description with { Steps = whole.Steps, TrajectoryCount = 1 }, [whole]);
        var fitted = new TrainingRecord(archive, HalfWidth, 3).FittedStretches.Single();
        Assert.IsNotNull(fitted.Sigma);
        var climatology = Climatology.Estimate([fitted], 0, StateLayout.Of("a", "b"), [0, 1]);
        Assert.AreEqual(5, climatology.Deviation[0], 0.1);
        Assert.AreEqual(4, climatology.Deviation[1], 0.1);
    }

    [TestMethod]
    public void ABatchIsAPureFunctionOfSeedAndStep()
    {
        var record = new TrainingRecord(TrainingExamples.Record(), HalfWidth, 4);
        (float[], float[], long) Draw(ulong seed, long step, bool heldOut)
        {
            var batch = new TrainingBatch(record, 6, 4, 0, 1, 8, withholding: 0.5);
            batch.Draw(seed, step, heldOut, 0.5);
            return ([.. batch.Windows], [.. batch.Observations.Precisions], batch.Observations.ObservedCount);
        }

        var first = Draw(1, 3, false);
        var again = Draw(1, 3, false);
        CollectionAssert.AreEqual(first.Item1, again.Item1);
        CollectionAssert.AreEqual(first.Item2, again.Item2);
        Assert.AreEqual(first.Item2.Count(p => p > 0), first.Item3);
        foreach (var other in new[] { Draw(2, 3, false), Draw(1, 4, false), Draw(1, 3, true) })
        {
            CollectionAssert.AreNotEqual(first.Item1, other.Item1);
        }
    }

    [TestMethod]
    public void PrecisionsAreThoseOfTheArchivesOwnErrorsWhereItHasThem()
    {
        var description = TrainingExamples.Clock().Description;
        var stretch = new ObservationStretch(0, description.Steps, 4) { Sigma = new float[800] };
        for (var i = 0; i < 800; i++)
        {
            (stretch.Values[i], stretch.Mask[i], stretch.Sigma[i]) = (i / 4, i % 3 == 0 ? 1 : 0, 0.5f + (i % 5));
        }

        var record = new TrainingRecord(new MemoryArchive(description, [stretch]), HalfWidth, 5);
        var batch = new TrainingBatch(record, 4, 5, 0, 2, 4);
        batch.Draw(1, 0, heldOut: false, blanking: 0);
        for (var lead = 0; lead <= 5; lead++)
        {
            for (var row = 0; row < 4; row++)
            {
                var seen = Enumerable.Range(0, 4).First(site => batch.Observations.PrecisionsAt(lead)[(row * 4) + site] > 0);
                var step = (int)batch.Observations.ValuesAt(lead)[(row * 4) + seen];
                for (var site = 0; site < 4; site++)
                {
                    var at = (step * 4) + site;
                    var expected = at % 3 == 0 ? 1 / Math.Pow(0.5 + (at % 5), 2) : 0;
                    Assert.AreEqual(expected, batch.Observations.PrecisionsAt(lead)[(row * 4) + site], 1e-6);
                }
            }
        }

        Assert.AreEqual(4, batch.Observations.Variance);
    }

    [TestMethod]
    public void BlankedWindowsLoseOneSideAndNeverTheirCentre()
    {
        var record = new TrainingRecord(TrainingExamples.Clock(), HalfWidth, 5);
        var batch = new TrainingBatch(record, 50, 5, 0, 1, 4);
        var (length, blanked, past, future) = ((2 * HalfWidth) + 1, 0, 0, 0);
        for (var step = 0; step < 10; step++)
        {
            batch.Draw(1, step, heldOut: false, blanking: 0.6);
            for (var row = 0; row < 100; row++)
            {
                var seen = Enumerable.Range(0, length).Select(time => batch.Windows[(((2 * row) + 1) * length * 4) + (time * 4)] == 1).ToArray();
                var values = Enumerable.Range(0, length).Select(time => batch.Windows[(2 * row * length * 4) + (time * 4)]).ToArray();
                var k = (int)values[HalfWidth];
                Assert.IsTrue(seen[HalfWidth], "expected the centre to stay");
                for (var time = 0; time < length; time++)
                {
                    var isInside = k + time - HalfWidth is >= 0 and < 200;
                    Assert.AreEqual(seen[time] ? k + time - HalfWidth : 0, values[time]);
                    Assert.IsTrue(isInside || !seen[time]);
                }

                if (k is >= HalfWidth and < 200 - HalfWidth && seen.Contains(false))
                {
                    var first = Array.IndexOf(seen, true);
                    Assert.IsTrue(first == 0 || Array.LastIndexOf(seen, true) == length - 1, "expected one side only");
                    Assert.IsTrue(seen.SkipWhile(s => !s).TakeWhile(s => s).Count() == seen.Count(s => s), "expected no hole");
                    (blanked, past, future) = (blanked + 1, past + (first > 0 ? 1 : 0), future + (first == 0 ? 1 : 0));
                }
            }
        }

        // Of the windows chosen, one in HalfWidth + 1 is blanked by nothing.
        Assert.AreEqual(0.6 * HalfWidth / (HalfWidth + 1), blanked / 1000.0, 0.08);
        Assert.IsTrue(past > 0.4 * blanked && future > 0.4 * blanked, $"{past} past, {future} future of {blanked}");
    }

    [TestMethod]
    public void NowcastsLoseTheirWholeFuture()
    {
        var batch = new TrainingBatch(new TrainingRecord(TrainingExamples.Clock(), HalfWidth, 5), 200, 5, 0, 1, 4);
        batch.Draw(1, 0, heldOut: false, blanking: 0, nowcasts: 0.3);
        var length = (2 * HalfWidth) + 1;
        bool Sees(int row, int time) => batch.Windows[(((2 * row) + 1) * length * 4) + (time * 4)] == 1;
        var nowcasts = Enumerable.Range(0, 400).Where(row => !Enumerable.Range(HalfWidth + 1, HalfWidth).Any(time => Sees(row, time))).ToList();
        Assert.AreEqual(0.3, nowcasts.Count / 400.0, 0.08);
        Assert.IsTrue(
            nowcasts.TrueForAll(row => Sees(row, HalfWidth) && (Sees(row, HalfWidth - 1) || batch.Windows[(2 * row * length * 4) + (HalfWidth * 4)] == 0)));
        batch.Draw(1, 0, heldOut: true, blanking: 0, nowcasts: 1);
        Assert.IsTrue(Enumerable.Range(0, 200).All(row => Sees(row, HalfWidth + 1)), "the held-out tenth is read whole");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WhatIsWithheldIsInNeitherWindowAndAloneCounts(bool heldOut)
    {
        const int length = 5, count = 40, sites = 4, largest = 60;
        var record = new TrainingRecord(TrainingExamples.Clock(sites), HalfWidth, length);
        var (whole, batch) =
            (new TrainingBatch(record, count, length, 0, 1, sites), new TrainingBatch(record, count, length, 0, 1, sites, withholding: largest / 100.0));
        whole.Draw(1, 0, heldOut, blanking: 0);
        batch.Draw(1, 0, heldOut, blanking: 0);
        var (size, targets, hidden) = (((2 * HalfWidth) + 1) * sites, 0, 0);
        for (var row = 0; row < count; row++)
        {
            for (var lead = 0; lead <= length; lead++)
            {
                for (var site = 0; site < sites; site++)
                {
                    var isTarget = batch.Observations.PrecisionsAt(lead)[(row * sites) + site] > 0;
                    targets += isTarget ? 1 : 0;

                    // The first window reaches HalfWidth leads on, the later one as many back from the rollout's end.
                    foreach (var (window, time) in new[] { (row, HalfWidth + lead), (count + row, HalfWidth + lead - length) }
                        .Where(at => at.Item2 is >= 0 and <= 2 * HalfWidth))
                    {
                        var at = (((2 * window) + 1) * size) + (time * sites) + site;
                        Assert.AreEqual(isTarget ? 0 : whole.Windows[at], batch.Windows[at], "the mask");
                        Assert.AreEqual(isTarget ? 0 : whole.Windows[at - size], batch.Windows[at - size], "the value");
                        hidden += isTarget ? 1 : 0;
                    }
                }
            }
        }

        Assert.AreEqual(targets, batch.Observations.ObservedCount);
        Assert.AreEqual(largest / 200.0, (double)targets / whole.Observations.ObservedCount, 0.08, "the mean share");
        Assert.IsGreaterThan(targets / 2, hidden);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(20)]
    public void FittedAndHeldOutRolloutsShareNoStep(int trajectories)
    {
        const int span = 6;
        var record = new TrainingRecord(TrainingExamples.Clock(trajectories: trajectories), HalfWidth, span);
        HashSet<(int, long)> Covered(bool heldOut) =>
        [
            .. from draw in Enumerable.Range(0, 20_000)
               let start = record.StartAt(heldOut, draw / 20_000.0)
               from lead in Enumerable.Range(0, span + 1)
               select (start.Trajectory, start.Step + lead),
        ];
        var (fitted, held) = (Covered(heldOut: false), Covered(heldOut: true));
        Assert.IsEmpty(fitted.Intersect(held));
        Assert.IsTrue(fitted.Concat(held).All(at => at.Item2 is >= 0 and < 200));
        Assert.AreEqual(200 * trajectories / 10, held.Count, "expected the last tenth whole");
        Assert.AreEqual(200 * trajectories * 9 / 10, fitted.Count, "expected the rest whole");
    }

    [TestMethod]
    [DataRow(21, 4)]
    [DataRow(60, 12)]
    public void AShortRecordHoldsOutAsMuchAsARolloutTakes(int steps, int span)
    {
        var record = new TrainingRecord(TrainingExamples.Clock(steps: steps), HalfWidth, span);
        var (fitted, held) = (record.StartAt(heldOut: false, 0.999).Step, record.StartAt(heldOut: true, 0).Step);
        Assert.IsLessThan(held, fitted + span, "No step is both fitted and held out.");
        Assert.IsLessThan(steps, record.StartAt(heldOut: true, 0.999).Step + span);
    }

    [TestMethod]
    public void ARecordTooShortForARolloutIsRefused()
    {
        _ = new TrainingRecord(TrainingExamples.Clock(), HalfWidth, 94);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => new TrainingRecord(TrainingExamples.Clock(), HalfWidth, 95));
        StringAssert.Contains(fault.Message, "a rollout of 95 steps, and one held out, got 1 trajectories of 200 steps; take a rolloutLength of at most 94,");
        StringAssert.Contains(fault.Message, "('coda estimate')");
        _ = new TrainingRecord(TrainingExamples.Clock(steps: 4), HalfWidth, 1);
        fault = Assert.ThrowsExactly<InvalidDataException>(() => new TrainingRecord(TrainingExamples.Clock(steps: 3), HalfWidth, 1));
        Assert.DoesNotContain("rolloutLength", fault.Message);
        _ = new TrainingRecord(TrainingExamples.Clock(steps: 20, trajectories: 10), HalfWidth, 19);
        Assert.ThrowsExactly<InvalidDataException>(() => new TrainingRecord(TrainingExamples.Clock(steps: 20, trajectories: 10), HalfWidth, 20));
    }

    [TestMethod]
    public void TheClimatologyIsThatOfTheSignal()
    {
        var random = new CounterRandom(1);
        var stretch = new ObservationStretch(0, new StepRange(0, 20_000), 2);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            var isObserved = random.NextUniform() < 0.5;
            var value = 5 + (10 * (i % 2)) + (2 * random.NextGaussian()) + (1.5 * random.NextGaussian());
            (stretch.Values[i], stretch.Mask[i]) = isObserved ? ((float)value, 1) : (0, 0);
        }

        var own = Climatology.Estimate([stretch], 1.5, Components, [2, 0]);
        Assert.AreEqual(5, own.Mean[2], 0.1);
        Assert.AreEqual(15, own.Mean[0], 0.1);
        Assert.AreEqual(10, own.Mean[1], 0.1);
        Assert.AreEqual(2, own.Deviation[2], 0.1);
        Assert.AreEqual(2, own.Deviation[0], 0.1);
        Assert.AreEqual(Math.Sqrt(29), own.Deviation[1], 0.1);
        var ring = Climatology.Estimate([stretch], 1.5, StateLayout.On(new Ring(2)), [0, 1]);
        Assert.AreEqual(10, ring.Mean[0], 0.1);
        CollectionAssert.AreEqual(new[] { ring.Mean[0], ring.Deviation[0] }, new[] { ring.Mean[1], ring.Deviation[1] });
    }

    [TestMethod]
    public void EveryFieldOfARingHasAClimatologyOfItsOwn()
    {
        var stretch = new ObservationStretch(0, new StepRange(0, 100), 4);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            (stretch.Values[i], stretch.Mask[i]) = ((i % 4 < 2 ? 3 : 40) + MathF.Sin(i), 1);
        }

        var layout = new StateLayout([new("u", new Ring(3)), new("v", new Ring(3))]);
        var climatology = Climatology.Estimate([stretch], 0.1, layout, [0, 2, 3, 4]);
        Assert.AreEqual(3, climatology.Mean[0], 0.1);
        Assert.AreEqual(40, climatology.Mean[3], 0.1);
        Assert.IsTrue(climatology.Mean[..3].Distinct().Count() == 1 && climatology.Mean[3..].Distinct().Count() == 1);
        Assert.IsLessThan(1, climatology.Deviation.Max());
    }

    [TestMethod]
    public void SitesBetweenWallsShareTheirClimatologyWithThoseAroundAsFarAsTheyAreSeldomObserved()
    {
        // A slope of 0.1 a column, each site seen 80 times: squares of 5 x 5 are too few, of 9 x 9 enough.
        var plane = new Plane(17, 17);
        var (random, stretch) = (new CounterRandom(1), new ObservationStretch(0, new StepRange(0, 80), 289));
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            (stretch.Values[i], stretch.Mask[i]) = ((float)((0.1 * (i % 17)) + (2 * random.NextGaussian())), 1);
        }

        var climatology = Climatology.Estimate([stretch], 0, StateLayout.On(plane), [.. Enumerable.Range(0, 289)]);
        for (var site = 0; site < 289; site++)
        {
            Assert.AreEqual(0.1 * Math.Clamp(site % 17, 2, 14), climatology.Mean[site], 0.3, $"site {site}");
            Assert.AreEqual(2, climatology.Deviation[site], 0.15);
        }

        var dense = Climatology.Estimate(Enumerable.Repeat(stretch, 26), 0, StateLayout.On(plane), [.. Enumerable.Range(0, 289)]);
        Assert.AreEqual(Enumerable.Range(0, 80).Average(step => (double)stretch.Values[(step * 289) + 9]), dense.Mean[9], 1e-9, "its own where that is enough");
    }

    [TestMethod]
    public void ASiteNeverObservedHasTheClimatologyOfAll()
    {
        var stretch = new ObservationStretch(0, new StepRange(0, 100), 3);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            (stretch.Values[i], stretch.Mask[i]) = i % 3 == 1 ? (0, 0) : (20 + (5 * MathF.Sin(i)), 1);
        }

        var climatology = Climatology.Estimate([stretch], 0.1, Components, [0, 1, 2]);
        Assert.AreEqual(20, climatology.Mean[1], 1);
        Assert.AreEqual(5 / Math.Sqrt(2), climatology.Deviation[1], 1);
    }

    [TestMethod]
    public void ErrorsGreaterThanTheSignalLeaveAPositiveScaleAndNothingObservedIsRefused()
    {
        var noise = new ObservationStretch(0, new StepRange(0, 4), 1);
        for (var i = 0; i < 4; i++)
        {
            (noise.Values[i], noise.Mask[i]) = (i % 2, 1);
        }

        Assert.IsGreaterThan(0.01, Climatology.Estimate([noise], 10, StateLayout.On(new Ring(1)), [0]).Deviation[0]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => Climatology.Estimate([new ObservationStretch(0, new StepRange(0, 4), 1)], 1, StateLayout.On(new Ring(1)), [0]));
        StringAssert.Contains(fault.Message, "Expected observations to train on, got none");
    }

    [TestMethod]
    public void TheClimatologyComesFromTheFittedPartAlone()
    {
        var plain = TrainingExamples.Clock();
        var stretch = plain.ReadObservations(0, plain.Description.Steps);
        for (var i = 180 * 4; i < 200 * 4; i++)
        {
            stretch.Values[i] = 1e3f;
        }

        double Mean(IObservationArchive archive) =>
            Climatology.Estimate(new TrainingRecord(archive, HalfWidth, 5).FittedStretches, 1, StateLayout.On(new Ring(4)), [0, 1, 2, 3]).Mean[0];
        Assert.AreEqual(Mean(plain), Mean(new MemoryArchive(plain.Description, [stretch])));
    }

    private static float Centre(TrainingBatch batch, int row, int sites) => batch.Windows[(2 * row * ((2 * HalfWidth) + 1) * sites) + (HalfWidth * sites)];
}
