using System.Buffers;
using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Data.Geometry;

namespace Coda.Classical.Correlations;

/// <summary>An orthonormal basis of real waves on a regular grid of any number of axes: products of the waves along each (<see cref="AxisWaves"/>).</summary>
/// <remarks>Transforms are matrix products along one axis after the other, or fast ones where all axes are long. Immutable; safe for use from several
/// threads.</remarks>
internal sealed class GridWaves
{
    private readonly AxisWaves[] _axes;
    private readonly int[] _sites;  // along each axis
    private readonly int[] _counts; // waves along each axis
    private readonly bool _isFast;

    /// <summary>Makes the basis.</summary>
    /// <param name="grid">The grid, regular.</param>
    /// <param name="kinds">What fields do at the ends of each axis.</param>
    public GridWaves(Grid grid, IReadOnlyList<AxisKind> kinds)
    {
        _isFast = grid.Shape.Zip(kinds).All(axis => AxisWaves.FastOf(axis.Second, axis.First) is not null);
        _axes = [.. grid.Shape.Zip(kinds, (n, kind) => AxisWaves.Of(kind, n, _isFast))];
        (_sites, _counts) = ([.. grid.Shape], [.. _axes.Select(axis => axis.Count)]);
        (Size, Count) = (grid.Size, _counts.Aggregate(1, (product, n) => product * n));
        Wavenumbers = [.. Enumerable.Range(0, Count).Select(wave => Places(wave).Select((m, axis) => _axes[axis].Wavenumbers[m]).ToArray())];
    }

    /// <summary>The number of sites.</summary>
    public int Size { get; }

    /// <summary>The number of waves.</summary>
    public int Count { get; }

    /// <summary>The wavenumbers of each wave, in radians from a site to the next. [wave][axis]</summary>
    public double[][] Wavenumbers { get; }

    /// <summary>The coefficients of a field.</summary>
    /// <param name="field">The field. [space]</param>
    /// <param name="coefficients">Takes them. [wave]</param>
    public void Forward(ReadOnlySpan<double> field, Span<double> coefficients)
    {
        if (!_isFast)
        {
            Transform(field, coefficients, _sites, _counts, isForward: true);
            return;
        }

        var (values, next) = (field.ToArray(), new double[Size]);
        TransformFast(ref values, ref next, isForward: true);
        for (var wave = 0; wave < Count; wave++)
        {
            coefficients[wave] = values[PlaceOf(wave)];
        }
    }

    /// <summary>The field of some coefficients; the transpose of <see cref="Forward"/>, too.</summary>
    /// <param name="coefficients">The coefficients. [wave]</param>
    /// <param name="field">Takes the field. [space]</param>
    public void Backward(ReadOnlySpan<double> coefficients, Span<double> field)
    {
        if (!_isFast)
        {
            Transform(coefficients, field, _counts, _sites, isForward: false);
            return;
        }

        var (values, next) = (new double[Size], new double[Size]);
        for (var wave = 0; wave < Count; wave++)
        {
            values[PlaceOf(wave)] = coefficients[wave];
        }

        TransformFast(ref values, ref next, isForward: false);
        values.CopyTo(field);
    }

    /// <summary>The variances at the sites of a field whose coefficients are independent.</summary>
    /// <param name="powers">The coefficients' variances. [wave]</param>
    public double[] Variances(ReadOnlySpan<double> powers)
    {
        // The squares of the waves take the part of the waves, axis by axis.
        var (values, outer) = (powers.ToArray(), 1);
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            var (waves, inner) = (_axes[axis], _counts.Skip(axis + 1).Aggregate(1, (product, n) => product * n));
            var next = new double[outer * waves.SiteCount * inner];
            if (_isFast)
            {
                SumSquares(waves, values, next, inner);
                (values, outer) = (next, outer * waves.SiteCount);
                continue;
            }

            for (var row = 0; row < outer * waves.SiteCount; row++)
            {
                var (from, site) = (row / waves.SiteCount * waves.Count, row % waves.SiteCount);
                var target = next.AsSpan(row * inner, inner);
                for (var m = 0; m < waves.Count; m++)
                {
                    var square = Math.Pow(waves.Backward[(site * waves.WaveStride) + m], 2);
                    TensorPrimitives.MultiplyAdd(values.AsSpan((from + m) * inner, inner), square, target, target);
                }
            }

            (values, outer) = (next, outer * waves.SiteCount);
        }

        return values;
    }

    /// <summary>The waves of the same wavenumbers as one, itself first, each with a way there: along which axes it is a quarter of a period further
    /// on.</summary>
    /// <param name="wave">The wave.</param>
    public (int Wave, bool[] Quarter)[] Family(int wave)
    {
        var family = new List<(int[] Places, bool[] Quarter)> { (Places(wave), new bool[_axes.Length]) };
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            var (own, partner) = (family[0].Places[axis], _axes[axis].Partners[family[0].Places[axis]]);
            if (partner != own)
            {
                family.AddRange(family.ToArray().Select(f => (With(f.Places, axis, partner), With(f.Quarter, axis, true))));
            }
        }

        return [.. family.Select(f => (Wave(f.Places), f.Quarter))];
    }

    private static void SumSquares(AxisWaves waves, double[] values, double[] next, int inner)
    {
        var (powers, sums) = (new double[waves.Count], new double[waves.SiteCount]);
        for (var column = 0; column < values.Length / waves.Count; column++)
        {
            var (block, place) = (column / inner, column % inner);
            for (var m = 0; m < waves.Count; m++)
            {
                powers[m] = values[(((block * waves.Count) + m) * inner) + place];
            }

            waves.SumSquares(powers, sums);
            for (var site = 0; site < waves.SiteCount; site++)
            {
                next[(((block * waves.SiteCount) + site) * inner) + place] = sums[site];
            }
        }
    }

    // Of a wave among as many coefficients as there are sites: where fields are 0 at both ends, those at the ends are no waves.
    private int PlaceOf(int wave)
    {
        var (place, step) = (0, 1);
        for (var axis = _axes.Length - 1; axis >= 0; axis--)
        {
            place += ((wave % _counts[axis]) + ((_sites[axis] - _counts[axis]) / 2)) * step;
            (wave, step) = (wave / _counts[axis], step * _sites[axis]);
        }

        return place;
    }

    private void TransformFast(ref double[] values, ref double[] next, bool isForward)
    {
        var inner = 1;
        for (var axis = _axes.Length - 1; axis >= 0; axis--)
        {
            var fast = _axes[axis].Fast!;
            (isForward ? fast : fast.Transposed).Multiply<double>(values, next, inner);
            (values, next, inner) = (next, values, inner * _sites[axis]);
        }
    }

    private static T[] With<T>(T[] values, int at, T value)
    {
        T[] copy = [.. values];
        copy[at] = value;
        return copy;
    }

    private int[] Places(int wave)
    {
        var places = new int[_axes.Length];
        for (var axis = _axes.Length - 1; axis >= 0; axis--)
        {
            (wave, places[axis]) = (wave / _counts[axis], wave % _counts[axis]);
        }

        return places;
    }

    private int Wave(int[] places) => places.Select((m, axis) => (m, axis)).Aggregate(0, (wave, p) => (wave * _counts[p.axis]) + p.m);

    // The last axis first, whose rows come out padded to whole panels; then the others, whose columns are all that lies behind them.
    private void Transform(ReadOnlySpan<double> source, Span<double> target, int[] from, int[] to, bool isForward)
    {
        var last = _axes[^1];
        var (width, rows, stride) = (to[^1], source.Length / from[^1], isForward ? last.WaveStride : last.Stride);
        var longest = _axes.Take(_axes.Length - 1).Aggregate(1, (product, axis) => product * axis.SiteCount);
        var length = MatrixProduct.Entries(Math.Max(longest, 1), stride);
        var (values, next) = (ArrayPool<double>.Shared.Rent(length), ArrayPool<double>.Shared.Rent(length));
        MatrixProduct.Multiply(source, from[^1], 1, isForward ? last.Backward : last.Forward, stride, values, stride, (rows, from[^1], width));
        var inner = stride;
        for (var axis = _axes.Length - 2; axis >= 0; axis--)
        {
            var matrix = isForward ? _axes[axis].Forward : _axes[axis].Backward;
            var step = isForward ? _axes[axis].Stride : _axes[axis].WaveStride;
            var outer = from.Take(axis).Aggregate(1, (product, n) => product * n);
            for (var o = 0; o < outer; o++)
            {
                MatrixProduct.Multiply(
                    matrix, step, 1, values.AsSpan(o * from[axis] * inner), inner, next.AsSpan(o * to[axis] * inner), inner, (to[axis], from[axis], inner));
            }

            (values, next, inner) = (next, values, inner * to[axis]);
        }

        for (var row = 0; row * width < target.Length; row++)
        {
            values.AsSpan(row * stride, width).CopyTo(target[(row * width)..]);
        }

        ArrayPool<double>.Shared.Return(values);
        ArrayPool<double>.Shared.Return(next);
    }
}
