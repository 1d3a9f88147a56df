namespace Coda.Classical.Variational.Tangents;

/// <summary>How far round a ring the derivatives of a model and of its observations reach.</summary>
/// <param name="Size">The sites of the ring.</param>
/// <param name="Low">The furthest column before a row of M, at most 0.</param>
/// <param name="High">The furthest column behind a row of M, at least 0.</param>
/// <param name="Observations">The furthest two columns of one row of H.</param>
internal sealed record RingReach(int Size, int Low, int High, int Observations)
{
    /// <summary>The number of M's diagonals.</summary>
    public int Width => High - Low + 1;

    /// <summary>Finds the reach of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The reach; nothing where the layout is not one ring.</returns>
    public static RingReach? Of(LinearizedModel model)
    {
        if (model.Layout.Grid is not { IsPeriodicLine: true })
        {
            return null;
        }

        var (size, pattern) = (model.Layout.Size, model.ModelPattern);
        var (low, high, observations) = (0, 0, 0);
        for (var i = 0; i < size; i++)
        {
            foreach (var m in pattern.ColumnsOf[i])
            {
                (low, high) = (Math.Min(low, Offset(i, m, size)), Math.Max(high, Offset(i, m, size)));
            }
        }

        foreach (var columns in model.ObservationPattern.ColumnsOf)
        {
            foreach (var i in columns)
            {
                observations = Math.Max(observations, columns.Max(j => Math.Abs(Offset(i, j, size))));
            }
        }

        return new RingReach(size, low, high, observations);
    }

    /// <summary>The way from one site to another, the shorter one round the ring.</summary>
    /// <param name="from">The one.</param>
    /// <param name="to">The other.</param>
    /// <param name="size">The sites of the ring.</param>
    public static int Offset(int from, int to, int size)
    {
        var offset = (to - from + size) % size;
        return 2 * offset > size ? offset - size : offset;
    }
}
