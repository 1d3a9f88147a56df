using System.Numerics;
using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Tests.Data;

/// <summary>Products of every shape are the fused sums over the depth, bit for bit.</summary>
[TestClass]
public sealed class DenseProductTests
{
    [TestMethod]
    public void ProductsAreFusedSumsInOrderWhateverTheShape()
    {
        foreach (var rows in new[] { 1, 3, 4, 5, 9 })
        {
            foreach (var depth in new[] { 1, 7, 33 })
            {
                foreach (var columns in new[] { 1, 3, 4, 5, 7, 8, 15, 16, 17, 31, 63, 64, 65, 80, 127, 129, 130 })
                {
                    Check<float>(rows, depth, columns);
                    Check<double>(rows, depth, columns);
                }
            }
        }
    }

    [TestMethod]
    public void ShortSpansAreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => DenseProduct<float>.Multiply(new float[6], new float[6], new float[3], 2, 3, 2));

    private static void Check<F>(int rows, int depth, int columns)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var random = new CounterRandom(7, rows, depth, columns);
        var (a, b, c) = (Drawn(rows * depth), Drawn(depth * columns), new F[rows * columns]);
        DenseProduct<F>.Multiply(a, b, c, rows, depth, columns);
        for (var i = 0; i < c.Length; i++)
        {
            var sum = F.Zero;
            for (var k = 0; k < depth; k++)
            {
                sum = F.FusedMultiplyAdd(a[(i / columns * depth) + k], b[(k * columns) + (i % columns)], sum);
            }

            Assert.AreEqual(sum, c[i], $"{typeof(F).Name} {rows} x {depth} x {columns}, entry {i}");
        }

        F[] Drawn(int count) => [.. Enumerable.Range(0, count).Select(_ => F.CreateChecked(random.NextGaussian()))];
    }
}
