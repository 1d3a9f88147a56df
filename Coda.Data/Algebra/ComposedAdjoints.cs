namespace Coda.Data.Algebra;

/// <summary>Adjoints composed of an algebra's own operations, so that reverse mode works over any.</summary>
/// <param name="ops">The algebra.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
internal sealed class ComposedAdjoints<T>(IAlgebra<T> ops) : IAdjoints<T>
{
    /// <inheritdoc/>
    public T SumTo(T a, int[] shape)
    {
        for (var rank = ops.ShapeOf(a).Length; rank > shape.Length; rank--)
        {
            a = ops.Sum(a, -rank);
        }

        for (var axis = 1; axis <= shape.Length; axis++)
        {
            if (shape[^axis] == 1 && ops.ShapeOf(a)[^axis] != 1)
            {
                a = ops.InsertAxis(ops.Sum(a, -axis), -axis);
            }
        }

        return a;
    }

    /// <inheritdoc/>
    public T Expand(T a, int axis, T original)
    {
        var (column, size) = (ops.InsertAxis(a, axis), ops.ShapeOf(original)[^-axis]);
        if (size < 0)
        {
            return ops.Add(ops.Scale(original, 0), column);
        }

        var ones = ops.Constant([.. Enumerable.Repeat(1.0, size)]);
        for (var i = -1; i > axis; i--)
        {
            ones = ops.InsertAxis(ones, -1);
        }

        return ops.Multiply(column, ones);
    }

    /// <inheritdoc/>
    public T Embed(T a, int axis, int start, T original)
    {
        var (size, length) = (ops.ShapeOf(original)[^-axis], ops.ShapeOf(a)[^-axis]);
        var parts = new List<T>(3);
        Zeros(0, start);
        parts.Add(a);
        Zeros(start + length, size - start - length);
        return parts.Count == 1 ? a : ops.Concat(axis, [.. parts]);

        void Zeros(int from, int count)
        {
            if (count > 0)
            {
                parts.Add(ops.Scale(ops.Slice(original, axis, from, count), 0));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>One gather for each time that an index repeats; what has no (further) source takes a zero that is joined on.</remarks>
    public T Scatter(T a, ReadOnlySpan<int> indices, int size)
    {
        var sources = new List<int>[size];
        for (var i = 0; i < indices.Length; i++)
        {
            (sources[indices[i]] ??= []).Add(i);
        }

        var (padded, none) = (ops.Concat(-1, a, ops.Scale(ops.Slice(a, -1, 0, 1), 0)), indices.Length);
        T Taken(int repeat) => ops.Gather(padded, Array.ConvertAll(sources, s => s is not null && repeat < s.Count ? s[repeat] : none));
        var sum = Taken(0);
        for (var repeat = 1; repeat < sources.Max(s => s?.Count ?? 0); repeat++)
        {
            sum = ops.Add(sum, Taken(repeat));
        }

        return sum;
    }

    /// <inheritdoc/>
    public T Outer(T a, T b, int[] shape) => SumTo(ops.Sum(ops.Multiply(ops.InsertAxis(a, -2), ops.InsertAxis(b, -3)), -1), shape);
}
