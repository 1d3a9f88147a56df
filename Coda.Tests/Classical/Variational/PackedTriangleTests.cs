using Coda.Classical.Numerics;
using Coda.Data.Foundation;

namespace Coda.Tests.Classical.Variational;

/// <summary>Triangular systems in packed form.</summary>
[TestClass]
public sealed class PackedTriangleTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(13)]
    [DataRow(56)]
    public void SolutionsGiveTheRightHandSideBack(int n)
    {
        const int Stride = 60;
        var random = new CounterRandom(3, n);
        var (upper, packed) = (new double[n * Stride], new double[PackedTriangle.Entries(n)]);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                upper[(i * Stride) + j] = i == j ? 2 + random.NextUniform() : random.NextGaussian() / n; // what is below the diagonal must not matter
            }
        }

        PackedTriangle.Pack(upper, Stride, n, packed);
        var (x, y) = (new double[PackedTriangle.Padded(n)], new double[PackedTriangle.Padded(n)]);
        for (var i = 0; i < n; i++)
        {
            (x[i], y[i]) = (i + 1, i + 1);
        }

        PackedTriangle.Solve(packed, x);
        PackedTriangle.SolveTransposed(packed, y);
        for (var i = 0; i < n; i++)
        {
            Assert.AreEqual(i + 1, Enumerable.Range(i, n - i).Sum(j => upper[(i * Stride) + j] * x[j]), 1e-12 * n);
            Assert.AreEqual(i + 1, Enumerable.Range(0, i + 1).Sum(j => upper[(j * Stride) + i] * y[j]), 1e-12 * n);
        }

        Assert.IsTrue(x[n..].Concat(y[n..]).All(v => v == 0));
        var back = new double[n * Stride];
        PackedTriangle.Unpack(packed, n, back, Stride);
        Assert.IsTrue(Enumerable.Range(0, n * Stride).All(e => e % Stride < e / Stride || e % Stride >= n || Math.Abs(back[e] - upper[e]) < 1e-14));
    }
}
