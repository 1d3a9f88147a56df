using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Tangents;

/// <summary>Perturbations from whose images one can see which rows every column of a derivative reaches.</summary>
/// <remarks>Either one for each column, or, on a large ring, combs whose teeth lie so far apart that a row in an image belongs to the nearest tooth.</remarks>
internal sealed class PatternProbe
{
    private const int Batch = 64; // perturbations that are pushed at once

    private readonly int _size;
    private readonly int[][] _teeth; // [perturbation][tooth]

    private PatternProbe(int size, int[][] teeth) => (_size, _teeth) = (size, teeth);

    /// <summary>One perturbation for each column.</summary>
    /// <param name="size">The number of columns.</param>
    public static PatternProbe Units(int size) => new(size, [.. Enumerable.Range(0, size).Select(m => new[] { m })]);

    /// <summary>Combs on a ring, for maps whose columns reach no further than a quarter of the way to the next tooth.</summary>
    /// <param name="size">The number of columns, and of rows.</param>
    /// <param name="teeth">The teeth of a comb.</param>
    public static PatternProbe Combs(int size, int teeth)
    {
        int[] starts = [.. Enumerable.Range(0, teeth + 1).Select(t => (int)((long)t * size / teeth))];
        var longest = starts.Zip(starts.Skip(1), (a, b) => b - a).Max();
        return new(size, [.. Enumerable.Range(0, longest)
            .Select(offset => starts[..teeth].Where((start, t) => start + offset < starts[t + 1]).Select(start => start + offset).ToArray())]);
    }

    /// <summary>Finds the rows.</summary>
    /// <param name="map">The map.</param>
    /// <param name="typicalState">States to find them at.</param>
    /// <param name="attempts">How many.</param>
    /// <param name="forcing">A forcing over a step, where the map has one. [2, channel]</param>
    /// <param name="rowsOf">For each column, the rows that differed from 0.</param>
    /// <param name="isConstant">Whether the derivative was the same at every state.</param>
    /// <returns>Whether every row could be told a column.</returns>
    public bool Find(ITangentMap map, Func<int, double[]> typicalState, int attempts, double[]? forcing, out int[][] rowsOf, out bool isConstant)
    {
        var found = Enumerable.Range(0, _size).Select(_ => new SortedSet<int>()).ToArray();
        (isConstant, var isClear) = (forcing is null, true);
        var (values, derivatives, first) = (new double[map.OutputSize], new double[Batch * map.OutputSize], new double[Batch * map.OutputSize]);
        for (var start = 0; start < _teeth.Length; start += Batch)
        {
            var perturbations = Perturbations(start, Math.Min(Batch, _teeth.Length - start));
            var images = perturbations.Length / _size * map.OutputSize;
            for (var attempt = 0; attempt < attempts; attempt++)
            {
                map.Push(typicalState(attempt), perturbations, values, derivatives.AsSpan(0, images), 1, forcing);
                if (attempt == 0)
                {
                    derivatives.CopyTo(first, 0);
                }

                isConstant &= derivatives.AsSpan(0, images).SequenceEqual(first.AsSpan(0, images));
                isClear &= Attribute(derivatives.AsSpan(0, images), start, map.OutputSize, found);
            }
        }

        rowsOf = [.. found.Select(rows => rows.ToArray())];
        return isClear;
    }

    private double[] Perturbations(int start, int count)
    {
        var perturbations = new double[count * _size];
        for (var i = 0; i < count; i++)
        {
            foreach (var m in _teeth[start + i])
            {
                perturbations[(i * _size) + m] = 1;
            }
        }

        return perturbations;
    }

    private bool Attribute(ReadOnlySpan<double> images, int start, int outputSize, SortedSet<int>[] found)
    {
        for (var i = 0; i < images.Length; i++)
        {
            if (images[i] == 0)
            {
                continue;
            }

            var (teeth, row) = (_teeth[start + (i / outputSize)], i % outputSize);
            var nearest = Nearest(teeth, row);
            if (teeth.Length > 1 && 4 * Distance(nearest, row) > _size / teeth.Length)
            {
                return false;
            }

            found[nearest].Add(row);
        }

        return true;
    }

    private int Nearest(int[] teeth, int row)
    {
        var after = Array.BinarySearch(teeth, row);
        after = after < 0 ? ~after : after;
        var (low, high) = (teeth[(after + teeth.Length - 1) % teeth.Length], teeth[after % teeth.Length]);
        return Distance(low, row) < Distance(high, row) ? low : high;
    }

    private int Distance(int a, int b) => Math.Min(Math.Abs(a - b), _size - Math.Abs(a - b));
}
