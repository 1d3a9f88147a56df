namespace Coda.Classical.Variational.Smoothing;

/// <summary>The posterior's covariance of the last entries of the states, as its mean over the steps of a trajectory: of parameters that join a
/// state.</summary>
/// <param name="count">The number of entries.</param>
internal sealed class LastEntries(int count)
{
    private readonly double[,] _sum = new double[count, count];
    private int _steps;

    /// <summary>The mean since the last <see cref="Clear"/>. [entry, entry]</summary>
    public double[,] Mean()
    {
        var mean = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                mean[i, j] = _sum[i, j] / _steps;
            }
        }

        return mean;
    }

    /// <summary>Begins another trajectory.</summary>
    public void Clear()
    {
        Array.Clear(_sum);
        _steps = 0;
    }

    /// <summary>Takes the covariance of a state.</summary>
    /// <param name="covariance">The matrix. [space, space]</param>
    /// <param name="size">The length of a state.</param>
    /// <param name="stride">The length of a row of the matrix.</param>
    public void Add(ReadOnlySpan<double> covariance, int size, int stride)
    {
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                _sum[i, j] += covariance[((size - count + i) * stride) + size - count + j];
            }
        }

        _steps++;
    }
}
