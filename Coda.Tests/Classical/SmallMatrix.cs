using Coda.Data.Archives.Parts;

namespace Coda.Tests.Classical;

/// <summary>Matrices as in a textbook, for what tests compare with.</summary>
internal sealed class SmallMatrix(int rows, int columns)
{
    private readonly double[,] _entries = new double[rows, columns];

    public double this[int row, int column]
    {
        get => _entries[row, column];
        set => _entries[row, column] = value;
    }

    public static SmallMatrix Identity(int n) => Of(n, n, (i, j) => i == j ? 1 : 0);

    /// <summary>Values row by row; one column by default.</summary>
    public static SmallMatrix Column(double[] values, int? rows = null) =>
        Of(rows ?? values.Length, values.Length / (rows ?? values.Length), (i, j) => values[(i * (values.Length / (rows ?? values.Length))) + j]);

    public static SmallMatrix operator +(SmallMatrix a, SmallMatrix b) => Of(a.Rows, a.Columns, (i, j) => a[i, j] + b[i, j]);

    public static SmallMatrix operator -(SmallMatrix a, SmallMatrix b) => Of(a.Rows, a.Columns, (i, j) => a[i, j] - b[i, j]);

    public static SmallMatrix operator *(SmallMatrix a, double factor) => Of(a.Rows, a.Columns, (i, j) => factor * a[i, j]);

    public static SmallMatrix operator *(SmallMatrix a, SmallMatrix b) =>
        Of(a.Rows, b.Columns, (i, j) => Enumerable.Range(0, a.Columns).Sum(k => a[i, k] * b[k, j]));

    public SmallMatrix Transpose() => Of(Columns, Rows, (i, j) => this[j, i]);

    public SmallMatrix Part(int column) => Of(Rows, 1, (i, _) => this[i, column]);

    public double[] Diagonal() => [.. Enumerable.Range(0, Rows).Select(i => this[i, i])];

    public double Largest() => ToArray().Max(Math.Abs);

    public double[] ToArray() => [.. _entries.Cast<double>()];

    /// <summary>Gauss and Jordan's method, without pivots.</summary>
    public SmallMatrix Inverse()
    {
        var (a, inverse) = (this * 1, Identity(Rows));
        for (var k = 0; k < Rows; k++)
        {
            (a, inverse) = (Eliminate(a, a), Eliminate(inverse, a));

            SmallMatrix Eliminate(SmallMatrix target, SmallMatrix by) =>
                Of(Rows, Rows, (i, j) => i == k ? target[k, j] / by[k, k] : target[i, j] - (by[i, k] / by[k, k] * target[k, j]));
        }

        return inverse;
    }

    private int Rows => rows;

    private int Columns => columns;

    private static SmallMatrix Of(int rows, int columns, Func<int, int, double> entry)
    {
        var matrix = new SmallMatrix(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                matrix[i, j] = entry(i, j);
            }
        }

        return matrix;
    }
}
