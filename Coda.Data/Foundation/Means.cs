namespace Coda.Data.Foundation;

/// <summary>A long series as a short one.</summary>
public static class Means
{
    /// <summary>The means of consecutive values, as many of them as are wanted.</summary>
    /// <param name="values">The series; values that are not finite are left out of the means.</param>
    /// <param name="count">The most means, at least 1.</param>
    /// <returns>One for each value where there are no more of them; NaN where no value is finite.</returns>
    public static double[] Of(IReadOnlyList<double> values, int count)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, values.Count);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (first, end) = ((long)values.Count * i / count, (long)values.Count * (i + 1) / count);
            return values.Skip((int)first).Take((int)(end - first)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        })];
    }
}
