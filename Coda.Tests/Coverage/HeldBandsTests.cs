using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Coverage;

/// <summary>Bands held to what they are to cover.</summary>
[TestClass]
public sealed class HeldBandsTests
{
    private const int Sites = 8;
    private const int Steps = 400;

    [TestMethod]
    public void TheShareOfTheTruthIsThatOfEntriesWithABand()
    {
        var description = ArchiveExamples.Description(sites: 4, steps: 2);
        var truth = new StateBlock(0, 0, 4, new float[8]);
        var states = new StateBlock(0, 0, 4, new[] { 1f, 1, 1, 1, 3, 3, 3, 3 }) { Band = new[] { 2, 0, 0.5f, float.NaN, 2, 4, 0, 2 } };
        var (lead, share) = HeldBands.ToTruth([states], [truth], description).Single();
        Assert.AreEqual((0, 2.0 / 6, 6), (lead, share.Share, share.Count));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => HeldBands.ToTruth([states with { Band = null }], [truth], description)).Message, "--bands");
    }

    [TestMethod]
    [DataRow(0.8)]
    [DataRow(0.95)]
    public void BandsOfTheRightWidthHaveTheirLevelOfWithheldObservationsAndNarrowOnesLess(double level)
    {
        var description = ArchiveExamples.Description(sites: Sites, steps: Steps) with { Withheld = new(0.5, 3), Sigma = 0.5 };
        var (random, truth, estimates) = (new CounterRandom(1), new float[Steps * Sites], new float[Steps * Sites]);
        var observed = new ObservationStretch(0, new StepRange(0, Steps), Sites);
        for (var i = 0; i < truth.Length; i++)
        {
            (truth[i], estimates[i]) = (0, (float)random.NextGaussian());
            (observed.Values[i], observed.Mask[i]) = ((float)(0.5 * random.NextGaussian()), 1);
        }

        using var folder = new TemporaryDirectory();
        using var archive = ParquetArchive.Create(folder.File("archive"), description);
        archive.WriteObservations([observed]);
        var z = (float)ConformalQuantile.OfNormal(level);
        var right = Share(z);
        Assert.AreEqual(level, right.Share, 0.02);
        Assert.IsInRange(0.4 * Steps * Sites, 0.6 * Steps * Sites, (double)right.Count);
        Assert.IsFalse(Share(z / 2).Contains(level));
        Assert.AreEqual(level, HeldBands.ToTruth([States(z)], [new StateBlock(0, 0, Sites, truth)], description).Single().Share.Share, 0.02);

        StateBlock States(float width) => new(0, 0, Sites, estimates) { Band = Enumerable.Repeat(width, truth.Length).ToArray() };

        BinomialInterval Share(float width) => HeldBands.ToWithheld([States(width)], archive, level, new ScoreRequest()).Single().Share;
    }

    [TestMethod]
    public void ABandThatIsNoNumberMissesWhateverItIsHeldToAndOneThatIsNotThereIsLeftOut()
    {
        var description = ArchiveExamples.Description(sites: Sites, steps: Steps) with { Withheld = new(0.5, 3), Sigma = 0.5 };
        var observed = new ObservationStretch(0, new StepRange(0, Steps), Sites);
        Array.Fill(observed.Mask, 1);
        using var folder = new TemporaryDirectory();
        using var archive = ParquetArchive.Create(folder.File("archive"), description);
        archive.WriteObservations([observed]);
        var states = new StateBlock(0, 0, Sites, new float[Steps * Sites])
        {
            Band = Enumerable.Range(0, Steps * Sites).Select(i => (i % 4) switch { 0 => float.NaN, 1 => 0, 2 => float.MaxValue, _ => 1 }).ToArray(),
        };
        var withheld = HeldBands.ToWithheld([states], archive, 0.9).Single().Share;
        Assert.AreEqual(2.0 / 3, withheld.Share, 0.03);
        Assert.IsInRange(0.35 * Steps * Sites, 0.4 * Steps * Sites, (double)withheld.Count);
        Assert.AreEqual(2.0 / 3, HeldBands.ToTruth([states], [new StateBlock(0, 0, Sites, new float[Steps * Sites])], description).Single().Share.Share, 1e-9);
    }

    [TestMethod]
    public void TimesThatDependOnEachOtherAreWorthFewerDraws()
    {
        var (random, z) = (new CounterRandom(2), 0.0);
        List<(int, int)> times = [];
        for (var t = 0; t < 1000; t++)
        {
            z = (0.9 * z) + (Math.Sqrt(0.19) * random.NextGaussian());
            times.Add((Math.Abs(z) < 1.645 ? 2 : 0, 2)); // and both sites err as one
        }

        var (dependent, alone) = (BinomialInterval.OfTimes(times), BinomialInterval.Of(times.Sum(t => t.Item1), 2000));
        Assert.AreEqual((alone.Share, alone.Count), (dependent.Share, dependent.Count));
        Assert.IsGreaterThan(2.5 * (alone.Upper - alone.Lower), dependent.Upper - dependent.Lower);
        var spare = BinomialInterval.OfTimes([(0, 2), (2, 2)], times);
        Assert.AreEqual(0.5, spare.Share);
        Assert.IsGreaterThan(0.7, spare.Upper - spare.Lower);
    }
}
