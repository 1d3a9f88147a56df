using Coda.Classical.Correlations;
using Coda.Data.Algebra;
using Coda.Data.Geometry;

namespace Coda.Tests.Classical;

/// <summary>Waves of long axes, which have no matrix, are those of a matrix.</summary>
[TestClass]
public sealed class LongAxisWavesTests
{
    [TestMethod]
    [DataRow(true, 520)]
    [DataRow(false, 521)]
    public void TransformsAndVariancesAreThoseOfTheMatrix(bool isPeriodic, int n)
    {
        var kind = isPeriodic ? AxisKind.Periodic : AxisKind.Zero;
        var (waves, axis) = (new GridWaves(new Ring(n), [kind]), AxisWaves.Of(kind, n));
        Assert.AreEqual(0, axis.Forward.Length == 0 ? 1 : 0, "expected a matrix to compare with");
        Assert.IsNotNull(AxisWaves.FastOf(kind, n), "expected a length that has a fast transform");
        double[] values = [.. Enumerable.Range(0, waves.Count).Select(i => 1 + Math.Sin(0.7 * i * i))];
        var (coefficients, field) = (new double[waves.Count], new double[n]);
        waves.Backward(values, field);
        waves.Forward(field, coefficients);
        Near(values, coefficients, "there and back");
        Near([.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, axis.Count).Sum(m => values[m] * Wave(axis, m, i)))], field, "field");
        Near([.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, axis.Count).Sum(m => values[m] * Math.Pow(Wave(axis, m, i), 2)))],
            waves.Variances(values), "variances");
    }

    [TestMethod]
    public void LongAxesHoldNoMatrix() => Assert.AreEqual(0, AxisWaves.Of(AxisKind.Periodic, 1024, isFast: true).Forward.Length);

    [TestMethod]
    public void OnAPlaneTheFastWayIsOneAxisAfterTheOther()
    {
        var (waves, ny, nx) = (new GridWaves(new Plane(513, 577), [AxisKind.Zero, AxisKind.Zero]), 513, 577);
        var (ky, kx, values) = (3, 7, new double[waves.Count]);
        values[(ky * (nx - 2)) + kx] = 1;
        var field = new double[ny * nx];
        waves.Backward(values, field);
        var (along, across) = (AxisWaves.Of(AxisKind.Zero, nx), AxisWaves.Of(AxisKind.Zero, ny));
        foreach (var (y, x) in new[] { (0, 3), (1, 1), (200, 300), (511, 575), (512, 576) })
        {
            Assert.AreEqual(Wave(across, ky, y) * Wave(along, kx, x), field[(y * nx) + x], 1e-12, $"{y}, {x}");
        }
    }

    private static double Wave(AxisWaves axis, int wave, int site) => axis.Forward[(wave * axis.Stride) + site];

    private static void Near(double[] expected, double[] got, string what) =>
        Assert.AreEqual(0, expected.Zip(got, (a, b) => Math.Abs(a - b)).Max(), 1e-10 * expected.Max(Math.Abs), what);
}
