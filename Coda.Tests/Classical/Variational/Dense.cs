namespace Coda.Tests.Classical.Variational;

/// <summary>Small matrices as the textbook writes them.</summary>
internal static class Dense
{
    public static double[,] Multiply(double[,] a, double[,] b)
    {
        var c = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < c.GetLength(0); i++)
        {
            for (var j = 0; j < c.GetLength(1); j++)
            {
                for (var k = 0; k < a.GetLength(1); k++)
                {
                    c[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return c;
    }

    public static double[] Multiply(double[,] a, double[] b) =>
        [.. Enumerable.Range(0, a.GetLength(0)).Select(i => Enumerable.Range(0, b.Length).Sum(k => a[i, k] * b[k]))];

    public static double[,] Add(double[,] a, double[,] b, double factor = 1)
    {
        var c = (double[,])a.Clone();
        for (var i = 0; i < c.GetLength(0); i++)
        {
            for (var j = 0; j < c.GetLength(1); j++)
            {
                c[i, j] += factor * b[i, j];
            }
        }

        return c;
    }

    public static double[] Add(double[] a, double[] b, double factor = 1) => [.. a.Zip(b, (x, y) => x + (factor * y))];

    public static double[,] Transpose(double[,] a)
    {
        var c = new double[a.GetLength(1), a.GetLength(0)];
        for (var i = 0; i < c.GetLength(0); i++)
        {
            for (var j = 0; j < c.GetLength(1); j++)
            {
                c[i, j] = a[j, i];
            }
        }

        return c;
    }

    public static double[,] Diagonal(double[] values)
    {
        var c = new double[values.Length, values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            c[i, i] = values[i];
        }

        return c;
    }

    public static double[] Diagonal(double[,] a) => [.. Enumerable.Range(0, a.GetLength(0)).Select(i => a[i, i])];

    /// <summary>Gauss and Jordan, with pivots.</summary>
    public static double[,] Inverse(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var (a, b) = ((double[,])matrix.Clone(), Diagonal([.. Enumerable.Repeat(1.0, n)]));
        for (var c = 0; c < n; c++)
        {
            var pivot = Enumerable.Range(c, n - c).MaxBy(r => Math.Abs(a[r, c]));
            for (var j = 0; j < n; j++)
            {
                (a[c, j], a[pivot, j]) = (a[pivot, j], a[c, j]);
                (b[c, j], b[pivot, j]) = (b[pivot, j], b[c, j]);
            }

            var scale = 1 / a[c, c];
            for (var j = 0; j < n; j++)
            {
                (a[c, j], b[c, j]) = (a[c, j] * scale, b[c, j] * scale);
            }

            for (var i = 0; i < n; i++)
            {
                var factor = a[i, c];
                for (var j = 0; j < n && i != c; j++)
                {
                    (a[i, j], b[i, j]) = (a[i, j] - (factor * a[c, j]), b[i, j] - (factor * b[c, j]));
                }
            }
        }

        return b;
    }
}
