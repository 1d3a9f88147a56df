namespace Coda.Data.Coverage;

/// <summary>The standard error of a sum over blocks of time that are independent of each other.</summary>
internal static class BlockError
{
    // The 97.5 % quantiles of Student's t of 1 to 8 degrees of freedom over the Gaussian's: two errors mean what they say of few blocks, too.
    private static readonly double[] Widened = [6.483, 2.195, 1.624, 1.417, 1.312, 1.248, 1.206, 1.177];

    /// <summary>The root of the summed squares of what the blocks add, by Student's t where they are fewer than ten.</summary>
    /// <param name="parts">What each block's departure adds to the sum; they sum up to about 0.</param>
    /// <returns>The error; infinite where there is but one block, which tells none.</returns>
    public static double Of(IReadOnlyList<double> parts)
    {
        var root = Math.Sqrt(parts.Sum(part => part * part));
        return parts.Count switch
        {
            < 2 => double.PositiveInfinity,
            var count when count - 2 < Widened.Length => root * Math.Sqrt(count / (count - 1.0)) * Widened[count - 2],
            _ => root,
        };
    }
}
