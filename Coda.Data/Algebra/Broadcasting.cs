namespace Coda.Data.Algebra;

/// <summary>NumPy's broadcasting rule on shapes.</summary>
internal static class Broadcasting
{
    /// <summary>The shape of a binary operation's result.</summary>
    /// <exception cref="ArgumentException">Two lengths differ and neither is 1.</exception>
    public static int[] Shape(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            var (m, n) = (axis <= a.Length ? a[^axis] : 1, axis <= b.Length ? b[^axis] : 1);
            if (m != n && m != 1 && n != 1)
            {
                throw new ArgumentException($"Expected shapes that broadcast, got [{string.Join(", ", a.ToArray())}] and [{string.Join(", ", b.ToArray())}].");
            }

            shape[^axis] = m == 1 ? n : m;
        }

        return shape;
    }
}
