using System.Numerics;
using System.Runtime.InteropServices;

namespace Coda.Classical.Ensemble;

/// <summary>The observations of a step one after another: each changes the ensemble's values of itself as a scalar filter does, and all else by regression on
/// that, tapered by distance.</summary>
/// <remarks>
/// Values that later observations see are changed as the state is, so that what each one does is known before the state is touched; then every tile takes them
/// in their order by itself (Anderson and Collins, 2007, doi:10.1175/JTECH2049.1), and workers change no bit.
/// </remarks>
internal sealed class SerialRegressions : LocalAnalysis
{
    private readonly int _members;
    private readonly int _stride;
    private readonly double _inflation;
    private double[] _values = []; // S when an observation's turn comes, padded with zeros; [observation, member]
    private double[] _shrinkage = []; // of the anomalies along it
    private double[] _gain = []; // of the mean along it
    private double[] _innovation = [];
    private double[] _weights = [];
    private int[] _near = [];
    private int[] _sites = [];

    /// <summary>Makes the update of one trajectory.</summary>
    /// <param name="localization">What is near what.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="inflation">The factor on the analyzed anomalies.</param>
    /// <param name="workers">The tiles worked on at the same time; they change no bit.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public SerialRegressions(Localization localization, int members, double inflation, int workers = 1, CancellationToken cancellation = default)
        : base(localization, workers, cancellation)
    {
        (_members, _inflation) = (members, inflation);
        _stride = (members + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
    }

    /// <inheritdoc/>
    protected override LocalTile MakeTile() => new Tile(this);

    /// <inheritdoc/>
    protected override void Prepare(EnsembleObservations observations)
    {
        // With v = s·s the mean of the observed value moves by v / (1 + v) d, and its anomalies become s / √(1 + v).
        Reserve(observations);
        var (tile, near) = (-1, 0);
        for (var i = 0; i < observations.Count; i++)
        {
            var value = Value(i);
            var variance = Dot(value, value);
            var root = Math.Sqrt(1 + variance);
            _shrinkage[i] = -1 / (root * (1 + root));
            _gain[i] = _innovation[i] / (root * root);
            if (Near.TileOf(observations, i) is var here && here != tile)
            {
                (tile, near) = (here, FindNear(here, observations));
            }

            ChangeLater(observations.Sites[i], i, Array.BinarySearch(_near, 0, near, i) + 1, near);
        }

        for (var i = 0; i < observations.Count; i++)
        {
            _gain[i] /= Math.Sqrt(_members - 1); // states are not in units of errors over √(N - 1), as the values are
        }
    }

    private void ChangeLater(int site, int i, int from, int to)
    {
        var sites = _sites.AsSpan(from..to);
        var weights = _weights.AsSpan(0, sites.Length);
        Localization.Weights.Fill([Localization.PointOf(site)], sites, weights);
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] >= LocalWeights.Least)
            {
                _innovation[_near[from + j]] -= Regress(Value(_near[from + j]), Value(i), weights[j], _shrinkage[i]) * _gain[i];
            }
        }
    }

    private int FindNear(int tile, EnsembleObservations observations)
    {
        var near = Near.Find(tile, ref _near);
        _sites = _sites.Length < _near.Length ? new int[_near.Length] : _sites;
        _weights = _weights.Length < _near.Length ? new double[_near.Length] : _weights;
        for (var i = 0; i < near; i++)
        {
            _sites[i] = observations.Sites[_near[i]];
        }

        return near;
    }

    private void Reserve(EnsembleObservations observations)
    {
        var p = observations.Count;
        if (_gain.Length < p)
        {
            (_values, _shrinkage, _gain, _innovation) = (new double[p * _stride], new double[p], new double[p], new double[p]);
        }

        observations.Innovation.AsSpan(0, p).CopyTo(_innovation);
        for (var i = 0; i < p; i++)
        {
            observations.Anomalies.AsSpan(i * _members, _members).CopyTo(Value(i));
        }
    }

    private Span<double> Value(int i) => _values.AsSpan(i * _stride, _stride);

    // A row becomes that plus ρ (row·s) times the shrinkage along s; gives ρ (row·s).
    private static double Regress(Span<double> row, ReadOnlySpan<double> s, double weight, double shrinkage)
    {
        var along = weight * Dot(row, s);
        ref var r = ref MemoryMarshal.GetReference(row);
        ref var v = ref MemoryMarshal.GetReference(s);
        var factor = new Vector<double>(along * shrinkage);
        for (nuint k = 0; k < (nuint)row.Length; k += (nuint)Vector<double>.Count)
        {
            Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref v, k), Vector.LoadUnsafe(ref r, k)).StoreUnsafe(ref r, k);
        }

        return along;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (width, even, odd) = ((nuint)Vector<double>.Count, Vector<double>.Zero, Vector<double>.Zero);
        nuint k = 0;
        for (; k + width < (nuint)a.Length; k += 2 * width)
        {
            even = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x, k), Vector.LoadUnsafe(ref y, k), even);
            odd = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x, k + width), Vector.LoadUnsafe(ref y, k + width), odd);
        }

        if (k < (nuint)a.Length)
        {
            even = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref x, k), Vector.LoadUnsafe(ref y, k), even);
        }

        return Vector.Sum(even + odd);
    }

    private sealed class Tile(SerialRegressions all) : LocalTile(all.Localization, all.Near, all._members, all._stride, all._inflation)
    {
        /// <inheritdoc/>
        protected override void Update(EnsembleObservations observations)
        {
            for (var i = 0; i < Observed.Length; i++)
            {
                var value = all.Value(Observed[i]);
                var (shrinkage, gain) = (all._shrinkage[Observed[i]], all._gain[Observed[i]]);
                for (var point = 0; point < PointCount; point++)
                {
                    var weight = WeightsAt(point)[i];
                    for (var row = point; row < RowCount && weight >= LocalWeights.Least; row += PointCount)
                    {
                        Mean(row) += Regress(Row(row), value, weight, shrinkage) * gain;
                    }
                }
            }
        }
    }
}
