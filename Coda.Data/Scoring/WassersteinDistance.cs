namespace Coda.Data.Scoring;

/// <summary>The Wasserstein distance of order 1 between two samples of numbers, the area between their distribution functions.</summary>
/// <remarks>
/// W₁ = ∫ |F(x) - G(x)| dx, in units of the numbers: what the mass of one has to be moved on average to become the other (Villani, "Optimal transport", 2009,
/// remark 6.6; Ramdas, Garcia and Cuturi, 2017, doi:10.3390/e19020047). Two independent samples of n numbers of one distribution are about its deviation over
/// √n apart, so that a distance means something beside that of another sample as large.
/// </remarks>
public static class WassersteinDistance
{
    /// <summary>Measures.</summary>
    /// <param name="first">One sample, in rising order; at least one number.</param>
    /// <param name="second">The other, in rising order; at least one number.</param>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            throw new ArgumentException($"Wasserstein distance: expected samples of at least one number each, got {first.Length} and {second.Length}.");
        }

        var (i, j, area) = (0, 0, 0.0);
        var at = Math.Min(first[0], second[0]);
        while (i < first.Length || j < second.Length)
        {
            var next = j == second.Length || (i < first.Length && first[i] <= second[j]) ? first[i] : second[j];
            area += Math.Abs((i / (double)first.Length) - (j / (double)second.Length)) * ((double)next - at);
            at = next;
            while (i < first.Length && first[i] == at)
            {
                i++;
            }

            while (j < second.Length && second[j] == at)
            {
                j++;
            }
        }

        return area;
    }
}
