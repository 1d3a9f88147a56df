using System.Numerics.Tensors;

namespace Coda.Classical.Correlations;

/// <summary>The covariance of the coefficients of a group of fields.</summary>
/// <param name="Roots">Its root.</param>
/// <param name="Powers">Its diagonal. [field, wave]</param>
internal sealed record WaveCovariance(WaveRoots Roots, double[] Powers)
{
    /// <summary>Estimates it.</summary>
    /// <param name="group">The fields.</param>
    /// <param name="samples">States over their deviations. [sample][space]</param>
    /// <param name="least">The least variance of a coefficient, as a share of the largest.</param>
    public static WaveCovariance Of(FieldGroup group, IReadOnlyList<double[]> samples, double least)
    {
        var coefficients = new double[samples.Count][];
        for (var s = 0; s < coefficients.Length; s++)
        {
            group.Forward(samples[s], coefficients[s] = new double[group.ControlSize]);
        }

        var powers = new double[group.ControlSize];
        for (var field = 0; field < group.Offsets.Length; field++)
        {
            Shells(group, coefficients, field).CopyTo(powers, field * group.Count);
        }

        var floor = least * TensorPrimitives.Max<double>(powers);
        TensorPrimitives.Max(powers, floor, powers);
        if (group.Offsets.Length == 1)
        {
            return new(new WaveRoots([.. Enumerable.Range(0, powers.Length).Select(i => new[] { i })], Array.ConvertAll(powers, p => new[] { p })), powers);
        }

        var (groups, covariances) = (new List<int[]>(), new List<double[]>());
        for (var wave = 0; wave < group.Count; wave++)
        {
            var family = group.Waves!.Family(wave);
            if (family.All(member => member.Wave >= wave))
            {
                int[] entries = [.. Enumerable.Range(0, group.Offsets.Length).SelectMany(field => family.Select(m => (field * group.Count) + m.Wave))];
                groups.Add(entries);
                covariances.Add(Joint(entries, family, coefficients, powers));
            }
        }

        for (var g = 0; g < groups.Count; g++)
        {
            for (var i = 0; i < groups[g].Length; i++)
            {
                powers[groups[g][i]] = covariances[g][i * (groups[g].Length + 1)];
            }
        }

        return new(new WaveRoots([.. groups], [.. covariances]), powers);
    }

    // The mean variance of the coefficients of about one wavelength. [wave]
    private static double[] Shells(FieldGroup group, double[][] coefficients, int field)
    {
        var first = field * group.Count;
        if (group.Waves is null)
        {
            return [.. Enumerable.Repeat(1.0, group.Count)];
        }

        double[] lengths = [.. group.Waves.Wavenumbers.Select(k => Math.Sqrt(TensorPrimitives.SumOfSquares<double>(k)))];
        var width = lengths.Where(k => k > 0).DefaultIfEmpty(1).Min();
        int[] shells = [.. lengths.Select(k => (int)Math.Round(k / width))];
        var (sums, counts) = (new double[shells.Max() + 1], new double[shells.Max() + 1]);
        for (var wave = 0; wave < shells.Length; wave++)
        {
            counts[shells[wave]] += coefficients.Length;
            foreach (var sample in coefficients)
            {
                sums[shells[wave]] += sample[first + wave] * sample[first + wave];
            }
        }

        return [.. shells.Select(shell => sums[shell] / counts[shell])];
    }

    // The covariance of fields within waves of one pair of wavenumbers, made the same everywhere: its mean over shifts by quarters of a period.
    private static double[] Joint(int[] entries, (int Wave, bool[] Quarter)[] family, double[][] coefficients, double[] powers)
    {
        var n = entries.Length;
        var (sum, shifted) = (new double[n * n], new double[n]);
        (int From, double Sign)[][] shifts =
            [.. Enumerable.Range(0, 1 << family[0].Quarter.Length).Select(turn => Shift(family, n, turn)).OfType<(int, double)[]>()];
        foreach (var sample in coefficients)
        {
            foreach (var shift in shifts)
            {
                for (var i = 0; i < n; i++)
                {
                    shifted[i] = shift[i].Sign * sample[entries[shift[i].From]];
                }

                for (var i = 0; i < n; i++)
                {
                    var row = sum.AsSpan(i * n, n);
                    TensorPrimitives.MultiplyAdd(shifted, shifted[i], row, row);
                }
            }
        }

        var share = n / (n + (double)coefficients.Length); // of independent fields, as if they had been seen once an unknown
        TensorPrimitives.Multiply(sum, (1 - share) / (shifts.Length * coefficients.Length), sum);
        for (var i = 0; i < n; i++)
        {
            sum[i * (n + 1)] += share * powers[entries[i]];
        }

        return sum;
    }

    // Coefficients a of cosines and b of sines become b and -a: where each comes from, and its sign. No shift along an axis without such pairs.
    private static (int From, double Sign)[]? Shift((int Wave, bool[] Quarter)[] family, int n, int turn)
    {
        bool[] along = [.. family[0].Quarter.Select((_, axis) => (turn >> axis & 1) != 0)];
        if (along.Where((isTurned, axis) => isTurned && !family.Any(member => member.Quarter[axis])).Any())
        {
            return null;
        }

        return [.. Enumerable.Range(0, n).Select(i =>
        {
            var own = family[i % family.Length].Quarter;
            var from = Array.FindIndex(family, m => m.Quarter.Zip(along, (q, isTurned) => q ^ isTurned).SequenceEqual(own));
            var isNegative = own.Where((q, axis) => q && along[axis]).Count() % 2 == 1;
            return ((i / family.Length * family.Length) + from, isNegative ? -1.0 : 1.0);
        })];
    }
}
