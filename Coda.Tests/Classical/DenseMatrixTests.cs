using System.Numerics;
using Coda.Classical.Numerics;
using Coda.Data.Foundation;

namespace Coda.Tests.Classical;

/// <summary>Eigenvalues of small dense matrices.</summary>
[TestClass]
public sealed class DenseMatrixTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(10)]
    [DataRow(40)]
    [DataRow(91)]
    public void EigenvectorsComposeTheMatrix(int n)
    {
        foreach (var rank in new[] { n, Math.Max(1, n / 3) })
        {
            var factor = Gaussian(rank * n, (ulong)n);
            Check(Gram(factor, rank, n), n);
        }
    }

    [TestMethod]
    public void SpecialMatricesAreDecomposed()
    {
        Check(new double[25], 5);
        Check([.. Enumerable.Range(0, 25).Select(i => i % 6 == 0 ? 2.0 : 0)], 5);
        Check([.. Enumerable.Range(0, 49).Select(i => i % 8 == 0 ? 1e12 : 1.0)], 7);
        Check([.. Enumerable.Range(0, 16).Select(_ => 3.0)], 4);
    }

    [TestMethod]
    public void AMatrixThatIsNotFiniteIsRefused()
    {
        Assert.ThrowsExactly<ArithmeticException>(() => SymmetricEigen.Decompose([double.NaN, 1, 1, 2], new double[2], new double[4], new double[6], 2));
        Assert.ThrowsExactly<ArithmeticException>(() => HermitianMatrix.Decompose([double.NaN, 1, 1, 2], 2));
        Complex[] huge = [.. Enumerable.Range(0, 16).Select(i => (Complex)(i % 5 == 0 ? 1e200 : 1e180 * (1 + ((i / 4) + (i % 4)))))];
        Assert.StartsWith("Expected", Assert.ThrowsExactly<ArithmeticException>(() => HermitianMatrix.Decompose(huge, 4)).Message);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 1)]
    [DataRow(5, 0)]
    [DataRow(7, 7)]
    [DataRow(30, 10)]
    public void HermitianMatricesAreDecomposedAndComposed(int n, int rank)
    {
        var (real, imaginary) = (Gaussian(rank * n, 1), Gaussian(rank * n, 2));
        Complex[] factor = [.. real.Zip(imaginary, (x, y) => new Complex(x, y))];
        Complex[] matrix = [.. Enumerable.Range(0, n * n).Select(at => Product(factor, at % n, at / n, n))];
        var (values, vectors) = HermitianMatrix.Decompose(matrix, n);
        CollectionAssert.AreEqual(values.Order().ToArray(), values);
        Assert.AreEqual(rank, values.Count(v => v > 1e-12 * n));
        Complex[] rows = [.. Enumerable.Range(0, n * n).Select(at => vectors[(at % n * n) + (at / n)])];
        var composed = HermitianMatrix.Compose(values, vectors);
        for (var at = 0; at < n * n; at++)
        {
            Assert.AreEqual(0, (matrix[at] - composed[at]).Magnitude, 1e-12 * n, $"entry {at}");
            Assert.AreEqual(at % (n + 1) == 0 ? 1 : 0, Product(rows, at / n, at % n, n).Magnitude, 1e-12, $"vectors {at}");
        }
    }

    internal static double[] Gaussian(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextGaussian();
        }

        return values;
    }

    private static double[] Gram(double[] factor, int rows, int n) =>
        [.. Enumerable.Range(0, n * n).Select(at => Enumerable.Range(0, rows).Sum(k => factor[(k * n) + (at / n)] * factor[(k * n) + (at % n)]))];

    // Column i of the factor times the conjugate of column j. [row, column]
    private static Complex Product(Complex[] factor, int i, int j, int n) =>
        Enumerable.Range(0, factor.Length / n).Aggregate(Complex.Zero, (sum, row) => sum + (factor[(row * n) + i] * Complex.Conjugate(factor[(row * n) + j])));

    private static void Check(double[] matrix, int n)
    {
        var (values, vectors) = (new double[n], new double[n * n]);
        SymmetricEigen.Decompose(matrix.ToArray(), values, vectors, new double[SymmetricEigen.Scratch(n)], n);
        var scale = 1e-13 * n * (1 + matrix.Max(Math.Abs));
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var composed = Enumerable.Range(0, n).Sum(k => values[k] * vectors[(k * n) + i] * vectors[(k * n) + j]);
                Assert.AreEqual(matrix[(i * n) + j], composed, scale, $"entry {i}, {j} of {n}");
                Assert.AreEqual(
                    i == j ? 1 : 0, Enumerable.Range(0, n).Sum(k => vectors[(i * n) + k] * vectors[(j * n) + k]), 1e-12, $"vectors {i}, {j} of {n}");
            }
        }
    }
}
