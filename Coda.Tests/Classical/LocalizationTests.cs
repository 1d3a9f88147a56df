using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Tests.Classical;

/// <summary>Localized updates on grids of one and two dimensions, of one field and several.</summary>
[TestClass]
public sealed class LocalizationTests
{
    private const int Members = 7;

    private static readonly StateLayout[] Layouts =
    [
        StateLayout.On(new Ring(300)), StateLayout.On(new Torus(17, 23)), StateLayout.On(new Plane(21, 16)),
        new([new("u", new Torus(12, 20)), new("v", new Torus(12, 20))]), new([new("x", new Torus(6, 8)), new("z", new Torus(12, 16))]),
        StateLayout.On(new Points([.. Enumerable.Range(0, 150).Select(i => (IReadOnlyList<double>)[10 * Math.Sin(i * i), 0.1 * i])])),
    ];

    public static IEnumerable<object[]> All => Enumerable.Range(0, Layouts.Length).SelectMany(i => new[] { false, true }.Select(b => new object[] { i, b }));

    [TestMethod]
    public void ATileKnowsAllThatIsNearIt()
    {
        foreach (var layout in Layouts)
        {
            var (tiles, distance) = (new LocalTiles(layout, 3.2), new LayoutDistance(layout));
            var points = Enumerable.Range(0, tiles.Count).SelectMany(tile => tiles.Points(tile).ToArray()).Order().ToArray();
            CollectionAssert.AreEqual(Enumerable.Range(0, tiles.PointCount).ToArray(), points, $"{layout}");
            Assert.IsTrue(Enumerable.Range(0, tiles.Count).All(tile => tiles.Points(tile).Length <= LocalTiles.MostPoints), $"{layout}");
            foreach (var a in points)
            {
                var near = tiles.Near(tiles.TileOf(a)).ToArray();
                Assert.IsTrue(points.All(b => distance.Between(a, b) > 3.2 || near.Contains(tiles.TileOf(b))), $"{layout}, point {a}");
            }
        }
    }

    [TestMethod]
    public void WeightsOfDisplacementsAreThoseOfDistances()
    {
        foreach (var layout in Layouts)
        {
            int[] sites = [.. Enumerable.Range(0, layout.Size)];
            int[] points = [.. Enumerable.Range(0, new LocalTiles(layout, 1).PointCount)];
            var (distance, weights) = (new LayoutDistance(layout), new double[points.Length * sites.Length]);
            LocalWeights.Of(layout, sites, 1.7).Fill(points, sites, weights);
            var expected = points.SelectMany(a => sites.Select(b => GaspariCohn.At(distance.Between(a, b), 1.7))).ToArray();
            Assert.IsLessThan(1e-12, expected.Zip(weights, (e, w) => Math.Abs(e - w)).Max(), $"{layout}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void WithoutLocalizationItIsTheGlobalUpdate(int which, bool isSerial)
    {
        var layout = Layouts[which];
        var (global, local) = (State(layout), State(layout));
        new GlobalAnalysis(Etkf.Update, Members, layout.Size, 1, false).Analyze(global, Observe(layout, global, 9), new CounterRandom(1));
        Make(layout, 1e9, isSerial).Analyze(local, Observe(layout, local, 9), new CounterRandom(1));
        Near(global.Mean, local.Mean, 1e-9);
        Near(Variance(global), Variance(local), 1e-9); // the serial filter's anomalies are the other's but for a rotation
        if (!isSerial)
        {
            Near(global.Anomalies, local.Anomalies, 1e-9);
        }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void AnObservationChangesWhatIsNearItAndNothingElse(int which, bool isSerial)
    {
        var (layout, radius) = (Layouts[which], 0.8);
        var (before, state) = (State(layout), State(layout));
        var observations = Observe(layout, state, layout.Size); // one, of entry 0
        Make(layout, radius, isSerial).Analyze(state, observations, new CounterRandom(1));
        var distance = new LayoutDistance(layout);
        for (var entry = 0; entry < layout.Size; entry++)
        {
            var away = distance.Between(0, entry);
            if (away > GaspariCohn.Support(radius))
            {
                Assert.AreEqual(before.Mean[entry], state.Mean[entry], $"{layout}, entry {entry}");
                Assert.AreEqual(before.Anomalies[entry], state.Anomalies[entry], $"{layout}, entry {entry}");
            }
            else if (away < 2 * radius)
            {
                Assert.AreNotEqual(before.Mean[entry], state.Mean[entry], $"{layout}, entry {entry}");
            }
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void InterpolatedTransformsAreNearlyThoseOfEveryPoint(int which)
    {
        var (layout, sites) = (Layouts[which], Enumerable.Range(0, Layouts[which].Size).ToArray());
        var (start, exact, fine, far) = (Smooth(layout), Smooth(layout), Smooth(layout), Smooth(layout));
        new LocalTransforms(new(layout, sites, 6), Members, 1).Analyze(exact, Observe(layout, exact, 5), new CounterRandom(1));
        new InterpolatedTransforms(new(layout, sites, 6, 2), Members, 1, 2).Analyze(fine, Observe(layout, fine, 5), new CounterRandom(1));
        new InterpolatedTransforms(new(layout, sites, 6, 9), Members, 1, 2).Analyze(far, Observe(layout, far, 5), new CounterRandom(1));
        var change = Rms(start, exact);
        Assert.IsLessThan(0.03 * change, Rms(exact, fine), $"{layout}");
        Assert.IsLessThan(Rms(exact, far), Rms(exact, fine));

        static double Rms(EnsembleState a, EnsembleState b) =>
            Math.Sqrt(a.Mean.Zip(b.Mean, (x, y) => (x - y) * (x - y)).Average() + a.Anomalies.Zip(b.Anomalies, (x, y) => (x - y) * (x - y)).Average());
    }

    [TestMethod]
    public void ALatticeGivesBackWhatIsLinear()
    {
        foreach (var spacing in new[] { 1, 2, 3, 5, 40 })
        {
            var plane = new Plane(9, 14);
            var lattice = new CoarseLattice(plane, spacing);
            var (nodes, shares) = (new int[lattice.Corners], new double[lattice.Corners]);
            for (var site = 0; site < plane.Size; site++)
            {
                lattice.Around(site, nodes, shares);
                Assert.AreEqual(Value(site), nodes.Zip(shares, (node, share) => share * Value(node)).Sum(), 1e-12, $"site {site}, spacing {spacing}");
            }

            double Value(int site) => 3 + (2 * plane.Coordinates(site)[0]) - plane.Coordinates(site)[1];
        }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void WorkersChangeNoBit(int which, bool isSerial)
    {
        var results = new[] { 1, 2, 3 }.Select(workers =>
        {
            var layout = Layouts[which];
            var (state, analysis) = (State(layout), Make(layout, 2, isSerial, workers));
            var (lag, mean, spread) = (analysis.CarryBack(3), new double[layout.Size], new double[layout.Size]);
            for (var step = 0; step < 3; step++)
            {
                analysis.Analyze(state, Observe(layout, state, 3), new CounterRandom(1));
                lag.Push(state, null, mean, spread);
            }

            lag.Flush(mean, spread);
            return (double[])[.. state.Mean, .. state.Anomalies, .. mean, .. spread];
        }).ToList();
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    private static LocalAnalysis Make(StateLayout layout, double radius, bool isSerial, int workers = 1)
    {
        var localization = new Localization(layout, [.. Enumerable.Range(0, layout.Size)], radius);
        return isSerial ? new SerialRegressions(localization, Members, 1, workers) : new LocalTransforms(localization, Members, 1, workers);
    }

    private static EnsembleState State(StateLayout layout)
    {
        var state = new EnsembleState(Members, layout.Size);
        DenseMatrixTests.Gaussian(Members * layout.Size, 5).CopyTo(state.Ensemble, 0);
        state.Split();
        return state;
    }

    // Members that vary over several sites, as states do whose observations are worth a radius.
    private static EnsembleState Smooth(StateLayout layout)
    {
        var (state, phases) = (new EnsembleState(Members, layout.Size), DenseMatrixTests.Gaussian(3 * Members, 5));
        for (var m = 0; m < Members; m++)
        {
            for (var i = 0; i < layout.Size; i++)
            {
                var place = layout.FieldAt(i).Grid.Coordinates(i % layout.Fields[0].Size);
                var (row, column, phase) = (0.2 * phases[3 * m], 0.2 * phases[(3 * m) + 1], phases[(3 * m) + 2]);
                state.Ensemble[(m * layout.Size) + i] = Math.Sin((row * place[0]) + (column * place[^1]) + phase);
            }
        }

        state.Split();
        return state;
    }

    // Every so many entries, from the first on.
    private static EnsembleObservations Observe(StateLayout layout, EnsembleState state, int every)
    {
        var (stretch, noise) = (new ObservationStretch(0, new StepRange(0, 1), layout.Size), DenseMatrixTests.Gaussian(layout.Size, 6));
        for (var entry = 0; entry < layout.Size; entry += every)
        {
            (stretch.Mask[entry], stretch.Values[entry]) = (1, (float)noise[entry]);
        }

        var observations = new EnsembleObservations(new SiteSelection(layout, new()), new ErrorVariance(0.7, null), Members);
        state.Join();
        Assert.IsTrue(observations.Read(stretch, 0, state.Ensemble));
        return observations;
    }

    private static double[] Variance(EnsembleState state)
    {
        var spread = new double[state.Size];
        EnsembleState.Spread(state.Anomalies, Members, spread);
        return spread;
    }

    private static void Near(double[] expected, double[] actual, double tolerance) =>
        Assert.IsLessThan(tolerance, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max());
}
