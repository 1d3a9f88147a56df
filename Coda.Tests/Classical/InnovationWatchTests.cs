using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Tests.Classical;

/// <summary>What innovations tell of a filter: consistent, too sure, or lost.</summary>
[TestClass]
public sealed class InnovationWatchTests
{
    private const int Sites = 10;

    [TestMethod]
    public void AConsistentFilterIsLeftAlone() => Assert.IsNull(Watched(persistent: 0, white: 1, spread: 0.04).Warning());

    [TestMethod]
    public void ErrorsLargerThanSaidAreToldNotTakenForALoss()
    {
        var warning = Watched(persistent: 0, white: 1.5, spread: 0.04).Warning();
        Assert.IsNotNull(warning);
        Assert.AreEqual(3, warning.Trajectory);
        StringAssert.Contains(warning.Text, "times what spread and observation error allow");
        StringAssert.Contains(warning.Text, "Raise it.");
    }

    [TestMethod]
    public void AFilterThatItsObservationsNoLongerMoveIsLost() => StringAssert.Contains(
        Assert.ThrowsExactly<DivergenceException>(() => Watched(persistent: 0.97, white: 1, spread: 0.012 * 0.012)).Message, "trajectory 3 diverged at step");

    [TestMethod]
    public void AnObservationThatStandsOutIsNamed()
    {
        var watch = Watched(persistent: 0, white: 1, spread: 0.04, outlier: 60);
        StringAssert.Contains(watch.Cure(), "Look at site 4 at step 250 first: observed 60");
        StringAssert.DoesNotMatch(Watched(persistent: 0, white: 1, spread: 0.04).Cure(), new("site"));
    }

    [TestMethod]
    public void TrajectoriesThatDivergedAreLeftOutWhole()
    {
        var notes = new TrajectoryNotes();
        var request = new AnalysisRequest { Diverged = notes.Add };
        var blocks = Enumerable.Range(0, 3).SelectMany(t => Survivors.Of(Blocks(t), t, new StepRange(0, 20), request));
        CollectionAssert.AreEqual(new[] { 0, 0, 2, 2 }, notes.WithoutThem(blocks).Select(b => b.Trajectory).ToArray());
        Assert.AreEqual((1, new StepRange(10, 20), "lost"), (notes.All().Single().Trajectory, notes.All().Single().Steps, notes.All().Single().Text));
        Assert.ThrowsExactly<DivergenceException>(() => Survivors.Of(Blocks(1), 1, new StepRange(0, 20), new()).Count());

        static IEnumerable<StateBlock> Blocks(int trajectory)
        {
            yield return new StateBlock(trajectory, 0, 1, new float[10]);
            yield return trajectory == 1 ? throw new DivergenceException("lost") : new StateBlock(trajectory, 10, 1, new float[10]);
        }
    }

    // Innovations of an error that lasts and one that does not, with R = 1.
    private static InnovationWatch Watched(double persistent, double white, double spread, double outlier = 0)
    {
        var climatology = new ObservedClimatology(new double[Sites], [.. Enumerable.Repeat(14.0, Sites)]);
        var (watch, random) = (new InnovationWatch("etkf", climatology, Sites, "Raise it."), new CounterRandom(5));
        double[] errors = [.. Enumerable.Range(0, Sites).Select(_ => persistent * random.NextGaussian())];
        for (var step = 0; step < 300; step++)
        {
            watch.At(3, step);
            watch.Begin(Sites);
            for (var site = 0; site < Sites; site++)
            {
                errors[site] = (0.98 * errors[site]) + (0.2 * persistent * random.NextGaussian());
                var value = (step, site) == (250, 4) && outlier != 0 ? outlier : errors[site] + (white * random.NextGaussian());
                watch.Add(site, value, value, spread, 1);
            }

            if (outlier == 0)
            {
                watch.Judge();
            }
        }

        return watch;
    }
}
