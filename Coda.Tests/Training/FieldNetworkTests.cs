using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What networks on fields of two dimensions can do besides: observation times as nodes, positions, sites at one place, halved grids.</summary>
[TestClass]
public sealed class FieldNetworkTests
{
    [TestMethod]
    public void UNet25SaysWhichGridsItCanHalve()
    {
        var context = NetworkExamples.Context(StateLayout.On(new Torus(8, 12)), Enumerable.Range(0, 96));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new UNet25(context, new() { Levels = 3, Blocks = 0 }));
        StringAssert.Contains(fault.Message, "Levels: expected periodic axes that are multiples of 2^levels = 8 (axes between walls may have any size)");
        StringAssert.Contains(fault.Message, "got x: torus of 8 x 12; levels up to 2 fit");
        StringAssert.Contains(fault.Message, "Blocks: expected 1 to");
        var plane = NetworkExamples.Context(StateLayout.On(new Plane(129, 129)), Enumerable.Range(0, 129 * 129));
        Assert.IsLessThan(200_000, new UNet25(plane, new() { Every = 4 }).WeightDefinitions.Sum(d => d.Length));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new UNet25(NetworkExamples.Components, new())).Message, "fields on one ring, line, torus or plane");
    }

    [TestMethod]
    public void SmoothedStatesLackShortWavesAndKeepTheirMean()
    {
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Channel, NetworkExamples.Pooled })
        {
            UNet25 Of(int smoothing) => new(context, new() { HalfWidth = 1, Width = 8, Smoothing = smoothing });
            var (weights, windows) = (NetworkExamples.Weights(Of(0).WeightDefinitions), NetworkExamples.Observations(1, 3, context.SiteCount));
            double[] States(int smoothing) => Interpret.OnTorch(new AnalysisFormula(Of(smoothing)), weights.With("window", windows)).Values;
            double Roughness(double[] x) => Math.Sqrt(x.Zip(x.Skip(1), (a, b) => (b - a) * (b - a)).Sum());
            Assert.IsLessThan(0.5 * Roughness(States(0)), Roughness(States(4)), $"{context.Layout}");
            if (context.Grid!.IsTranslationInvariant)
            {
                Assert.AreEqual(States(0).Sum(), States(4).Sum(), 1e-3);
            }

            Agree.Within(1e-4, new Operand(States(4), 1, context.Layout.Size),
                Interpret.OnOnnx(new AnalysisFormula(Of(4)), weights.With("window", windows)), "ONNX Runtime");
        }
    }

    [TestMethod]
    [DataRow("time-channel")]
    [DataRow("unet25")]
    public void AKernelBetweenNodesReadsAWindowAsItsObservationTimes(string name)
    {
        // Observed every second step, centred on one of these: a network of every second step reads the same as one of the thinned record.
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Plane, NetworkExamples.Pooled })
        {
            AssimilationNetwork Make(int halfWidth, int every) =>
                AssimilationNetwork.Catalog.Create(NetworkExamples.Small(name, halfWidth, every), context);
            var (coarse, fine) = (Make(2, 1), Make(4, 2));
            CollectionAssert.AreEqual(
                coarse.WeightDefinitions.Select(d => d.Length).ToArray(), fine.WeightDefinitions.Select(d => d.Length).ToArray(), "as few weights");
            var (weights, sites) = (NetworkExamples.Weights(coarse.WeightDefinitions), context.SiteCount);
            var thinned = NetworkExamples.Observations(2, 5, sites);
            var windows = new Operand([.. from row in Enumerable.Range(0, 4)
                                          from time in Enumerable.Range(0, 9)
                                          from site in Enumerable.Range(0, sites)
                                          select time % 2 == 0 ? thinned.Values[(((row * 5) + (time / 2)) * sites) + site] : 0], 2, 2, 9, sites)
            { SymbolicAxis = 0 };
            var expected = Interpret.OnTorch(new AnalysisFormula(coarse), weights.With("window", thinned));
            Agree.Within(1e-5, expected, Interpret.OnTorch(new AnalysisFormula(fine), weights.With("window", windows)), $"LibTorch, {context.Layout}");
            Agree.Within(1e-4, expected, Interpret.OnOnnx(new AnalysisFormula(fine), weights.With("window", windows)), $"ONNX Runtime, {context.Layout}");
            var alone = windows.Row(1) with { Shape = [2, 9, sites], SymbolicAxis = 1 };
            Agree.Within(1e-4, expected.Row(1),
                Interpret.OnOnnx(new AnalysisFormula(fine, IsStretch: true), weights.With("stretch", alone)), $"stretch, {context.Layout}");
        }

        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => AssimilationNetwork.Catalog.Create(NetworkExamples.Small(name, 4, 3), NetworkExamples.Aligned));
        StringAssert.Contains(fault.Message, "Every: expected a divisor of the half-width 4, got 3");
    }

    [TestMethod]
    [DataRow("time-channel")]
    [DataRow("unet25")]
    public void PositionsTellSitesApart(string name)
    {
        foreach (var context in new[] { NetworkExamples.Torus, NetworkExamples.Plane, NetworkExamples.Line, NetworkExamples.TorusFields })
        {
            var component = NetworkExamples.Small(name);
            (component.Options!["readsPosition"], component.Options["levels"]) = (true, name == "unet25" ? 0 : null);
            if (name != "unet25")
            {
                component.Options.Remove("levels");
            }

            var network = AssimilationNetwork.Catalog.Create(component, context);
            var weights = NetworkExamples.Weights(network.WeightDefinitions);
            var nothing = NetworkExamples.Observations(1, (2 * network.HalfWidth) + 1, context.SiteCount);
            nothing = nothing with { Values = new double[nothing.Values.Length] };
            var states = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", nothing));
            Assert.AreEqual(context.Layout.Size, states.Values.Distinct().Count(), $"{context.Layout}: nothing observed, and every site another state");
            Agree.Within(1e-4, states, Interpret.OnOnnx(new AnalysisFormula(network), weights.With("window", nothing)), "ONNX Runtime");
            var stretch = nothing with { Shape = nothing.Shape[1..], SymbolicAxis = 1 };
            Agree.Within(1e-4, states, Interpret.OnOnnx(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)), "stretch");
        }

        Assert.Contains("ReadsPosition: expected false where there is no grid", Assert.ThrowsExactly<ArgumentException>(
            () => new TimeChannelNetwork(NetworkExamples.Components, new() { ReadsPosition = true })).Message);
    }

    [TestMethod]
    public void SeveralSitesOfOneEntryAreReadAsTheirMean()
    {
        var layout = StateLayout.On(new Plane(4, 4));
        var single = NetworkExamples.Context(layout, [3, 7, 12]);
        var shared = NetworkExamples.Context(layout, [3, 7, 7, 12, 7]);
        var (network, of) = (NetworkExamples.Make("time-channel", single, 1), NetworkExamples.Make("time-channel", shared, 1));
        var weights = NetworkExamples.Weights(network.WeightDefinitions);

        // [channel, time, site]: sites 1 and 2 see 1 and 3 at the first time; at the second site 0 and the last, which is entry 7, too.
        double[] expected = [5, 2, 0, 4, 6, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0];
        var states = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", new Operand(expected, 1, 2, 3, 3) { SymbolicAxis = 0 }));
        double[] several = [5, 1, 3, 0, 99, 4, 77, 0, 0, 6, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0];
        var windows = new Operand(several, 1, 2, 3, 5) { SymbolicAxis = 0 };
        Agree.Within(1e-5, states, Interpret.OnTorch(new AnalysisFormula(of), weights.With("window", windows)), "LibTorch");
        Agree.Within(1e-4, states, Interpret.OnOnnx(new AnalysisFormula(of), weights.With("window", windows)), "ONNX Runtime");
    }
}
