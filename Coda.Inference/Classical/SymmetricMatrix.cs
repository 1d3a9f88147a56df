namespace Coda.Inference.Classical;

/// <summary>Eigenvalues of small symmetric matrices.</summary>
internal static class SymmetricMatrix
{
    private const int MostSweeps = 30;

    /// <summary>The matrix with given eigenvalues and eigenvectors.</summary>
    /// <param name="values">The eigenvalues.</param>
    /// <param name="vectors">The eigenvectors, as rows.</param>
    public static double[] Compose(double[] values, double[] vectors)
    {
        var n = values.Length;
        var matrix = new double[n * n];
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < n && values[k] != 0; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    matrix[(i * n) + j] += values[k] * vectors[(k * n) + i] * vectors[(k * n) + j];
                }
            }
        }

        return matrix;
    }

    /// <summary>Jacobi's method (Golub and Van Loan, 2013, section 8.5): rotations until what is off the diagonal vanishes.</summary>
    /// <param name="a">A symmetric matrix; left with its eigenvalues on the diagonal. [row, column]</param>
    /// <param name="n">Its size.</param>
    /// <returns>The eigenvectors, as rows.</returns>
    public static double[] Diagonalize(double[] a, int n)
    {
        var vectors = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        var scale = a.Sum(x => x * x);
        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(a, n) > 1e-24 * scale; sweep++)
        {
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    Rotate(a, vectors, n, p, q);
                }
            }
        }

        return vectors;
    }

    private static void Rotate(double[] a, double[] vectors, int n, int p, int q)
    {
        if (a[(p * n) + q] == 0)
        {
            return;
        }

        var theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * a[(p * n) + q]);
        var t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        RotateRows(a, n, p, q, c, t * c);
        for (var i = 0; i < n; i++)
        {
            (a[(i * n) + p], a[(i * n) + q]) = ((c * a[(i * n) + p]) - (t * c * a[(i * n) + q]), (t * c * a[(i * n) + p]) + (c * a[(i * n) + q]));
        }

        RotateRows(vectors, n, p, q, c, t * c);
    }

    private static void RotateRows(double[] a, int n, int p, int q, double c, double s)
    {
        for (var i = 0; i < n; i++)
        {
            (a[(p * n) + i], a[(q * n) + i]) = ((c * a[(p * n) + i]) - (s * a[(q * n) + i]), (s * a[(p * n) + i]) + (c * a[(q * n) + i]));
        }
    }

    private static double OffDiagonal(double[] a, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                sum += i == j ? 0 : a[(i * n) + j] * a[(i * n) + j];
            }
        }

        return sum;
    }
}
