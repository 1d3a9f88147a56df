using Coda.Data.Algebra;

namespace Coda.Data.Observations;

/// <summary>A matrix of few entries in each row: weighted sums of entries of a state. Cost and memory are linear in the rows.</summary>
/// <remarks>All rows have as many entries as the longest, those that they lack with weight 0, so that one gather, one product and one sum do for them.
/// Immutable; safe to share.</remarks>
internal sealed class SparseRows
{
    private readonly int[] _entries;
    private readonly double[] _weights;

    /// <summary>Takes rows that are as long as each other.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="entries">The entries; kept. [place, row]</param>
    /// <param name="weights">Their weights; kept. [place, row]</param>
    public SparseRows(int rows, int[] entries, double[] weights) => (Count, _entries, _weights) = (rows, entries, weights);

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>For each row the entry with the largest weight, of several the first.</summary>
    /// <returns>[row]</returns>
    public int[] Largest()
    {
        var largest = new int[Count];
        for (var row = 0; row < Count; row++)
        {
            var best = row;
            for (var at = row + Count; at < _entries.Length; at += Count)
            {
                best = _weights[at] > _weights[best] ? at : best;
            }

            largest[row] = _entries[best];
        }

        return largest;
    }

    /// <summary>Makes the matrix.</summary>
    /// <param name="rows">For each row its entries and their weights; at least one.</param>
    public static SparseRows Of(IReadOnlyList<IReadOnlyList<(int Entry, double Weight)>> rows)
    {
        var width = rows.Max(row => row.Count);
        var (entries, weights) = (new int[width * rows.Count], new double[width * rows.Count]);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var place = 0; place < width; place++)
            {
                var at = (place * rows.Count) + row;
                (entries[at], weights[at]) = place < rows[row].Count ? rows[row][place] : (rows[row][0].Entry, 0);
            }
        }

        return new SparseRows(rows.Count, entries, weights);
    }

    /// <summary>Some of the rows, in their order.</summary>
    /// <param name="rows">The rows; one may stand twice.</param>
    public SparseRows Of(ReadOnlySpan<int> rows)
    {
        var width = _entries.Length / Count;
        var (entries, weights) = (new int[width * rows.Length], new double[width * rows.Length]);
        for (var at = 0; at < entries.Length; at++)
        {
            var from = (at / rows.Length * Count) + rows[at % rows.Length];
            (entries[at], weights[at]) = (_entries[from], _weights[from]);
        }

        return new SparseRows(rows.Length, entries, weights);
    }

    /// <summary>The product with a state. [..., space] to [..., row]</summary>
    /// <param name="x">The state.</param>
    public Field<T> Times<T>(Field<T> x) =>
        _entries.Length == Count ? x.Gather(_entries) * x.Algebra.Field(x.Algebra.Constant(_weights))
        : (x.Gather(_entries) * x.Algebra.Field(x.Algebra.Constant(_weights))).SplitLast(Count).Sum(-2);
}
