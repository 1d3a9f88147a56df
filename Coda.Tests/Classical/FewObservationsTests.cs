using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Tests.Classical;

/// <summary>A step with few of many sites observed.</summary>
[TestClass]
public sealed class FewObservationsTests
{
    private const int Size = 64;
    private const int Members = 3;

    [TestMethod]
    [DataRow(4000)]
    [DataRow(12)]
    public void AnEnsembleIsObservedAtTheseAlone(int sites)
    {
        var random = new CounterRandom(1);
        var h = new Interpolation(StateLayout.On(new Ring(Size)), new() { X = [.. Enumerable.Range(0, sites).Select(i => i * (double)Size / sites)] });
        var ensemble = new double[Members * Size];
        foreach (ref var x in ensemble.AsSpan())
        {
            x = random.NextGaussian();
        }

        var stretch = new ObservationStretch(0, new StepRange(0, 2), sites);
        int[] seen = [1, sites / 2, sites - 1];
        foreach (var site in seen)
        {
            (stretch.Values[sites + site], stretch.Mask[sites + site]) = (site % 7, 1);
        }

        var observations = new EnsembleObservations(h, new ErrorVariance(0.5, null), Members);
        Assert.IsFalse(observations.Read(stretch, 0, ensemble));
        Assert.IsTrue(observations.Read(stretch, 1, ensemble));
        CollectionAssert.AreEqual(seen, observations.Sites.Take(observations.Count).ToArray());
        for (var i = 0; i < seen.Length; i++)
        {
            var (place, at) = ((int)h.Positions[seen[i]][0], h.Positions[seen[i]][0] % 1);
            var members = Enumerable.Range(0, Members).Select(m => ((1 - at) * ensemble[(m * Size) + place])
                + (at * ensemble[(m * Size) + ((place + 1) % Size)])).ToArray();
            Assert.AreEqual((seen[i] % 7) - members.Average(), observations.Innovation[i] * 0.5, 1e-12);
            Assert.AreEqual((members[2] - members.Average()) / Math.Sqrt(Members - 1), observations.Anomalies[(i * Members) + 2] * 0.5, 1e-12);
        }
    }
}
