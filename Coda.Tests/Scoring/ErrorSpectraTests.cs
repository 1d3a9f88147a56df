using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Scoring;

[TestClass]
public sealed class ErrorSpectraTests
{
    private const double Turn = 2 * Math.PI;

    [TestMethod]
    public void AWaveOnATorusStandsAtItsLengthWhateverItsDirection()
    {
        var grid = new Torus(16, 16);
        foreach (var (ky, kx) in new[] { (0, 5), (5, 0), (3, 4), (4, -3) })
        {
            var spectrum = Of(grid, (y, x) => 3 * Math.Cos((Turn * ((ky * y) + (kx * x)) / 16) + 0.3), (_, _) => 0);
            Assert.HasCount(8, spectrum.Wavelengths);
            OnlyAt(4, 16.0 / 5, 9 / 2.0, spectrum.Wavelengths, spectrum.Truth);
            OnlyAt(4, 16.0 / 5, 9 / 2.0, spectrum.Wavelengths, spectrum.Error);
            Assert.AreEqual(0, spectrum.Estimate.Sum(), 1e-9);
        }
    }

    [TestMethod]
    public void AFieldThatVanishesOnWallsIsMadeOfSines()
    {
        var spectrum = Of(new Plane(17, 17), (y, x) => Math.Sin(Math.PI * 3 * y / 16) * Math.Sin(Math.PI * 4 * x / 16), (_, _) => 0);
        OnlyAt(4, 32 / 5.0, 1 / 4.0, spectrum.Wavelengths, spectrum.Truth);
    }

    [TestMethod]
    public void OtherFieldsWithinWallsAreMadeOfCosines()
    {
        var spectrum = Of(new Plane(16, 16), (y, _) => 7 + Math.Cos(Math.PI * 3 * (y + 0.5) / 16), (_, _) => 7);
        OnlyAt(2, 32 / 3.0, 1 / 2.0, spectrum.Wavelengths, spectrum.Truth);
        Assert.AreEqual(0, spectrum.Estimate.Sum(), 1e-9, "the mean is no wave");
    }

    [TestMethod]
    public void SpectraOfAGridWhoseSidesDifferHoldItsVariance()
    {
        Func<int, int, double> field = (y, x) => Math.Cos(Turn * 2 * y / 10) + Math.Sin(Turn * x / 24) + 0.5;
        var spectrum = Of(new Torus(10, 24), field, field);
        Assert.AreEqual(1, spectrum.Truth.Sum() / 24, 1e-6);
        Assert.AreEqual(0, spectrum.Error.Sum(), 1e-9);
        Assert.AreEqual(2, spectrum.ResolvedScale!.Value, 1e-9, "down to two grid lengths");
    }

    [TestMethod]
    public void WhatALowPassFilterKeepsIsResolved()
    {
        var grids = new Grid[] { new Ring(32), new Line(33), new Torus(32, 8), new Torus(8, 32) };
        foreach (var (grid, period) in grids.Zip([32.0, 66, 32, 32]))
        {
            var along = grid.Shape.Count == 1 || grid.Shape[0] > 8;
            double Sum(int to, int y, int x) => Enumerable.Range(1, to).Sum(k =>
                grid is Line ? Math.Cos(Math.PI * k * (x + 0.5) / 33) : Math.Cos((Turn * k * (grid.Shape.Count > 1 && along ? y : x) / 32) + k));
            var spectrum = Of(grid, (y, x) => Sum(12, y, x), (y, x) => Sum(6, y, x));
            Assert.AreEqual(period / 6.5, spectrum.ResolvedScale!.Value, 1e-4, $"{grid}: half way from the wave that is kept to the next");
        }
    }

    [TestMethod]
    public void AnEstimateThatHasTheLongestWaveWrongResolvesNothing()
    {
        Assert.IsNull(Of(new Ring(16), (_, x) => Math.Cos(Turn * x / 16), (_, x) => -Math.Cos(Turn * x / 16)).ResolvedScale);
        Assert.IsNull(Of(new Ring(16), (_, x) => Math.Cos(Turn * x / 16), (_, _) => double.NaN).ResolvedScale);
    }

    [TestMethod]
    public void ForecastsAreComparedWithTheTruthAtTheirLeadFieldByField()
    {
        var layout = new StateLayout([new("a", new Ring(8)), new("p", new Components(2)), new("b", new Ring(16), "m")]);
        var description = ArchiveExamples.Description(sites: 26, steps: 20) with { System = null, Layout = layout };
        var truth = ArchiveExamples.Block(0, 0, 20, 26);
        StateBlock At(long start, int lead, float gain) => new(
            0, start, 26, truth.States.ToArray().AsSpan((int)(start + lead) * 26, 26).ToArray().Select(v => gain * v).ToArray(), null, lead);
        StateBlock[] forecasts = [At(0, 0, 1), At(0, 5, 0.5f), At(4, 0, 1), At(4, 5, 0.5f), At(18, 0, 1), At(18, 5 - 4, 0)];
        var spectra = ErrorSpectra.AgainstTruth(forecasts, [truth], description, new ScoreRequest { Steps = new StepRange(0, 10) }, every: 4);
        CollectionAssert.AreEqual(
            new[] { ("a", 0, 2L), ("a", 5, 2L), ("b", 0, 2L), ("b", 5, 2L) }, spectra.Select(s => (s.Field, s.Lead, s.Count)).ToArray());
        Assert.AreEqual(0.25, spectra[3].LeadTime, 1e-12);
        Assert.AreEqual(0, spectra[2].Error.Sum(), 1e-12);
        for (var i = 0; i < 8; i++)
        {
            Assert.AreEqual(0.25, spectra[3].Error[i] / spectra[3].Truth[i], 1e-5, "half of every wave is missing");
        }

        Assert.HasCount(2, ErrorSpectra.AgainstTruth([forecasts[0]], [truth], description, every: 1));
    }

    private static ErrorSpectrum Of(Grid grid, Func<int, int, double> truth, Func<int, int, double> estimate)
    {
        var description = ArchiveExamples.Description(grid.Size, 1) with { System = null, Layout = StateLayout.On(grid) };
        return ErrorSpectra.AgainstTruth([Block(estimate)], [Block(truth)], description).Single();

        StateBlock Block(Func<int, int, double> value) => new(
            0, 0, grid.Size, Enumerable.Range(0, grid.Size).Select(i => (float)value(i / grid.Shape[^1], i % grid.Shape[^1])).ToArray());
    }

    private static void OnlyAt(int shell, double wavelength, double variance, IReadOnlyList<double> wavelengths, IReadOnlyList<double> power)
    {
        Assert.AreEqual(wavelength, wavelengths[shell], 1e-9);
        Assert.AreEqual(variance, power[shell] / wavelengths[0], 1e-5);
        Assert.AreEqual(variance, power.Sum() / wavelengths[0], 1e-5);
    }
}
