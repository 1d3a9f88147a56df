using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Data;

/// <summary>Products with matrices of waves come out the same by a fast transform.</summary>
[TestClass]
public sealed class WaveProductTests
{
    [TestMethod]
    [DataRow(512)]
    [DataRow(540)]
    [DataRow(1152)]
    [DataRow(1100)]
    public void TransformsAndDerivativesOfARingAreThoseOfTheMatrix(int n)
    {
        var basis = new FourierBasis(n, 3);
        RequireTheSame(basis.Matrix);
        RequireTheSame(basis.Matrix.Transposed);
        RequireTheSame(basis.Derivative);
        RequireTheSame(basis.Derivative.Transposed);
    }

    [TestMethod]
    [DataRow(513)]
    [DataRow(601)]
    public void TransformsBetweenWallsAreThoseOfTheMatrix(int n)
    {
        var sines = new double[n, n];
        foreach (var (i, j) in from i in Enumerable.Range(1, n - 2) from j in Enumerable.Range(1, n - 2) select (i, j))
        {
            sines[i, j] = Math.Sqrt(2.0 / (n - 1)) * Math.Sin(Math.PI * i * j / (n - 1));
        }

        var matrix = new ConstantMatrix(n, () => sines, WaveProduct.Of(WaveKind.Sines, n));
        RequireTheSame(matrix);
        Assert.AreSame(matrix, matrix.Transposed.Transposed);
    }

    [TestMethod]
    public void ShortAxesAndThoseOfLargePrimesKeepTheirMatrix()
    {
        Assert.IsNull(new FourierBasis(256, 1).Matrix.Fast);
        Assert.IsNull(new FourierBasis(2 * 257, 1).Matrix.Fast);
        Assert.IsNull(WaveProduct.Of(WaveKind.Sines, 257));
        Assert.IsNotNull(new FourierBasis(512, 1).Derivative.Fast);
    }

    [TestMethod]
    public void TheBitsOfAColumnDoNotDependOnItsNeighbours()
    {
        var (ops, matrix, n) = (new BufferAlgebra<double>(), new FourierBasis(640, 1).Matrix, 640);
        var values = Values(37 * n);
        var together = ops.MatrixProduct(matrix, new NdArray<double>(values, 37, n), -1).Span.ToArray();
        for (var row = 0; row < 37; row++)
        {
            var alone = ops.MatrixProduct(matrix, new NdArray<double>([.. values.AsSpan(row * n, n)], 1, n), -1).Span.ToArray();
            CollectionAssert.AreEqual(together[(row * n)..((row + 1) * n)], alone, $"row {row}");
        }
    }

    // Along the last axis, and along one with others before and behind it.
    private static void RequireTheSame(ConstantMatrix matrix)
    {
        Assert.IsNotNull(matrix.Fast, "expected a fast way");
        var (ops, n, entries) = (new BufferAlgebra<double>(), matrix.Columns, matrix.As<double>());
        var square = new double[n, n];
        Buffer.BlockCopy(entries, 0, square, 0, entries.Length * sizeof(double));
        var dense = new ConstantMatrix(square);
        foreach (var (shape, axis) in new[] { (new[] { 3, n }, -1), ([2, n, 19], -2) })
        {
            var a = new NdArray<double>(Values(shape.Aggregate((x, y) => x * y)), shape);
            var (expected, got) = (ops.MatrixProduct(dense, a, axis).Span.ToArray(), ops.MatrixProduct(matrix, a, axis).Span.ToArray());
            var scale = expected.Max(Math.Abs);
            Assert.AreEqual(0, expected.Zip(got, (x, y) => Math.Abs(x - y)).Max() / scale, 1e-13, $"{n}, axis {axis}");
        }
    }

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin(1.7 * i) + (0.3 * Math.Cos(0.013 * i * i)))];
}
