using System.Numerics.Tensors;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Classical.Correlations;

/// <summary>Covariances as operators, from samples of errors or from a length.</summary>
/// <remarks>
/// Of one field, waves of about the same wavelength have the same variance. Fields on one grid get the covariance of their waves with each other, at each
/// wavenumber by itself and the same everywhere along axes that close, so that a height knows its currents (J. Derber and F. Bouttier, Tellus A 51, 1999,
/// doi:10.3402/tellusa.v51i2.12316, estimate such balances by regression); where samples are few these are shrunk towards 0.
/// </remarks>
internal static class SpectralEstimate
{
    private const double LeastPower = 1e-10;
    private const double LeastDeviation = 0.5;  // as a share of the field's root mean square
    private const double MostChange = 2;        // of a deviation, to what the samples have at a place
    private const double WallShare = 1e-10;     // of a field's variance, below which it is 0 at a wall
    private const int LeastBetweenWalls = 4;    // sites

    /// <summary>The covariance of samples.</summary>
    /// <param name="layout">Their layout.</param>
    /// <param name="samples">Departures from a mean, one or more. [sample][space]</param>
    /// <param name="leastPower">The least variance of a wave as a share of the largest, so that the root has an inverse.</param>
    public static SpectralCovariance Of(StateLayout layout, IReadOnlyList<double[]> samples, double leastPower = LeastPower)
    {
        var variances = new double[layout.Size];
        foreach (var sample in samples)
        {
            TensorPrimitives.MultiplyAdd(sample, sample, variances, variances);
        }

        TensorPrimitives.Divide(variances, samples.Count, variances);
        var groups = Groups(layout, (field, start) => Kinds(field.Grid, variances.AsSpan(start, field.Size)));
        Average(layout, variances);
        var deviations = Deviations(layout, variances);
        double[][] scaled = [.. samples.Select(sample => new double[sample.Length])];
        for (var i = 0; i < scaled.Length; i++)
        {
            TensorPrimitives.Divide(samples[i], deviations, scaled[i]);
        }

        var parts = Array.ConvertAll(groups, group => WaveCovariance.Of(group, scaled, leastPower));
        var covariance = new SpectralCovariance(groups, [.. parts.Select(part => part.Roots)], [.. parts.Select(part => part.Powers)], deviations);
        return covariance.Times([.. covariance.Variances.Select((v, i) => v > 0 ? Math.Clamp(Math.Sqrt(variances[i] / v), 1 / MostChange, MostChange) : 1)]);
    }

    /// <summary>Fields that are independent of each other, whose errors are correlated as exp(-r² / 2 L²).</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="variances">The errors' mean variances. [space]</param>
    /// <param name="length">L, in distances of neighbours, greater than 0.</param>
    public static SpectralCovariance Gaussian(StateLayout layout, double[] variances, double length)
    {
        var groups = Groups(layout, (field, _) => [.. field.Grid.IsPeriodic.Select(p => p ? AxisKind.Periodic : AxisKind.Free)], isJoint: false);
        double[][] powers = [.. groups.Select(group => Enumerable.Range(0, group.Count).Select(wave => Power(group.Waves, wave)).ToArray())];
        for (var g = 0; g < groups.Length; g++)
        {
            TensorPrimitives.Divide(powers[g], powers[g].Sum() / groups[g].Size, powers[g]);
        }

        var roots = powers.Select(p => new WaveRoots([.. Enumerable.Range(0, p.Length).Select(i => new[] { i })], [.. p.Select(power => new[] { power })]));
        return new(groups, [.. roots], powers, Array.ConvertAll(variances, Math.Sqrt));

        double Power(GridWaves? waves, int wave) => waves is null
            ? 1 : Math.Max(LeastPower, Math.Exp(-0.5 * length * length * TensorPrimitives.SumOfSquares<double>(waves.Wavenumbers[wave])));
    }

    // Fields on one grid that do the same at its ends are joined.
    private static FieldGroup[] Groups(StateLayout layout, Func<StateField, int, AxisKind[]> kindsOf, bool isJoint = true)
    {
        var groups = new List<(Grid Grid, AxisKind[] Kinds, List<int> Offsets)>();
        foreach (var field in layout.Fields)
        {
            var start = layout.OffsetOf(field.Name);
            AxisKind[] kinds = field.Grid is RegularGrid ? kindsOf(field, start) : [];
            if (isJoint && kinds.Length > 0 && groups.Find(g => g.Grid.Equals(field.Grid) && g.Kinds.SequenceEqual(kinds)).Offsets is { } offsets)
            {
                offsets.Add(start);
            }
            else
            {
                groups.Add((field.Grid, kinds, [start]));
            }
        }

        return [.. groups.Select(g => new FieldGroup(g.Kinds.Length == 0 ? null : new GridWaves(g.Grid, g.Kinds), [.. g.Offsets], g.Grid.Size))];
    }

    private static AxisKind[] Kinds(Grid grid, ReadOnlySpan<double> variances)
    {
        var kinds = new AxisKind[grid.Shape.Count];
        var (least, stride) = (WallShare * TensorPrimitives.Sum(variances) / variances.Length, 1);
        for (var axis = kinds.Length - 1; axis >= 0; axis--)
        {
            var n = grid.Shape[axis];
            var isZero = n >= LeastBetweenWalls;
            for (var site = 0; site < variances.Length; site++)
            {
                isZero &= (site / stride % n is var place && place > 0 && place < n - 1) || variances[site] <= least;
            }

            (kinds[axis], stride) = (grid.IsPeriodic[axis] ? AxisKind.Periodic : isZero ? AxisKind.Zero : AxisKind.Free, stride * n);
        }

        return kinds;
    }

    // Along axes that close, where all places are alike.
    private static void Average(StateLayout layout, double[] variances)
    {
        foreach (var field in layout.Fields.Where(f => f.Grid is RegularGrid))
        {
            var own = variances.AsSpan(layout.OffsetOf(field.Name), field.Size);
            var stride = 1;
            for (var axis = field.Grid.Shape.Count - 1; axis >= 0; stride *= field.Grid.Shape[axis--])
            {
                if (field.Grid.IsPeriodic[axis])
                {
                    Average(own, field.Grid.Shape[axis], stride);
                }
            }
        }
    }

    // No smaller than a share of the mean: a field over its deviation must stay 0 at a wall where it is 0.
    private static double[] Deviations(StateLayout layout, double[] variances)
    {
        var deviations = new double[variances.Length];
        foreach (var field in layout.Fields)
        {
            var start = layout.OffsetOf(field.Name);
            var mean = TensorPrimitives.Sum<double>(variances.AsSpan(start, field.Size)) / field.Size;
            if (!(mean > 0))
            {
                throw new ArithmeticException($"Expected errors of the field '{field.Name}', got samples in which it has none.");
            }

            for (var i = start; i < start + field.Size; i++)
            {
                deviations[i] = Math.Sqrt(Math.Max(variances[i], LeastDeviation * LeastDeviation * mean));
            }
        }

        return deviations;
    }

    private static void Average(Span<double> values, int count, int stride)
    {
        for (var line = 0; line < values.Length / count; line++)
        {
            var (first, sum) = ((line / stride * stride * count) + (line % stride), 0.0);
            for (var i = 0; i < count; i++)
            {
                sum += values[first + (i * stride)];
            }

            for (var i = 0; i < count; i++)
            {
                values[first + (i * stride)] = sum / count;
            }
        }
    }
}
