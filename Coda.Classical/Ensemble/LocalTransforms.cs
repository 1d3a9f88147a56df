using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Data.Algebra;

namespace Coda.Classical.Ensemble;

/// <summary>An ensemble transform for each point by itself, from the observations near it, whose errors grow with distance.</summary>
/// <remarks>
/// Where a point has fewer observations near it than there are members, the work is done in observation space: the small matrix S Sᵀ is made once a tile and
/// tapered for each point, and T is never made. The result is the same.
/// </remarks>
internal sealed class LocalTransforms : LocalAnalysis
{
    private readonly int _members;
    private readonly double _inflation;

    /// <summary>Makes the update of one trajectory.</summary>
    /// <param name="localization">What is near what.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="inflation">The factor on the analyzed anomalies.</param>
    /// <param name="workers">The tiles worked on at the same time; they change no bit.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public LocalTransforms(Localization localization, int members, double inflation, int workers = 1, CancellationToken cancellation = default)
        : base(localization, workers, cancellation) => (_members, _inflation) = (members, inflation);

    /// <inheritdoc/>
    protected override LocalTile MakeTile() => new Tile(Localization, Near, _members, _inflation);

    private sealed class Tile(Localization localization, NearObservations nearby, int members, double inflation)
        : LocalTile(localization, nearby, members, members, inflation)
    {
        private readonly EnsembleSpectrum _spectrum = new(members);
        private readonly EnsembleTransform _transform = new(members);
        private readonly double[] _row = new double[members];
        private readonly double[] _local = new double[members * members];
        private readonly double[] _vectors = new double[members * members];
        private readonly double[] _values = new double[members];
        private readonly double[] _along = new double[members];
        private readonly double[] _weights = new double[members];
        private readonly double[] _scratch = new double[SymmetricEigen.Scratch(members)];
        private double[] _near = [];        // S of the observations near the tile, [observation, member]
        private double[] _transposed = [];  // its transpose, [member, observation]
        private double[] _gram = [];        // S Sᵀ, [observation, observation]
        private double[] _covariance = [];  // A Sᵀ of the present state, [row, observation]
        private double[] _tapered = [];     // S at a point, [observation, member]
        private double[] _innovation = [];
        private double[] _root = [];
        private int[] _index = [];          // of the observations near a point among those near the tile
        private bool _isPrepared;

        /// <inheritdoc/>
        protected override void Update(EnsembleObservations observations)
        {
            Reserve(observations);
            for (var point = 0; point < PointCount; point++)
            {
                var near = Near(point);
                if (near > Members)
                {
                    InEnsembleSpace(point, near, observations);
                }
                else if (near > 0)
                {
                    InObservationSpace(point, near, observations);
                }
            }
        }

        private void Reserve(EnsembleObservations observations)
        {
            var p = Observed.Length;
            Grow(ref _near, p * Members);
            Grow(ref _tapered, p * Members);
            Grow(ref _innovation, p);
            Grow(ref _root, p);
            _index = _index.Length < p ? new int[p] : _index;
            for (var i = 0; i < p; i++)
            {
                observations.Anomalies.AsSpan(Observed[i] * Members, Members).CopyTo(_near.AsSpan(i * Members));
            }

            _isPrepared = false;
        }

        private void Prepare()
        {
            var p = Observed.Length;
            Grow(ref _transposed, Members * p);
            Grow(ref _gram, p * p);
            Grow(ref _covariance, PresentCount * p);
            for (var i = 0; i < p; i++)
            {
                for (var m = 0; m < Members; m++)
                {
                    _transposed[(m * p) + i] = _near[(i * Members) + m];
                }
            }

            DenseProduct<double>.Multiply(_near, _transposed, _gram, p, Members, p);
            DenseProduct<double>.Multiply(Present, _transposed, _covariance, PresentCount, Members, p);
            _isPrepared = true;
        }

        private int Near(int point)
        {
            var weights = WeightsAt(point);
            var near = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                if (weights[i] >= LocalWeights.Least)
                {
                    (_index[near], _root[near]) = (i, Math.Sqrt(weights[i]));
                    near++;
                }
            }

            return near;
        }

        // With S Sᵀ = Uᵀ Λ U (tapered): a (T - I) = -a Sᵀ Uᵀ diag(1 / (√(1+λ) (1 + √(1+λ)))) U S, and the mean moves by a Sᵀ Uᵀ (1+Λ)⁻¹ U d / √(N-1).
        private void InObservationSpace(int point, int near, EnsembleObservations observations)
        {
            if (!_isPrepared)
            {
                Prepare();
            }

            var p = Observed.Length;
            for (var i = 0; i < near; i++)
            {
                var gram = _gram.AsSpan(_index[i] * p, p);
                for (var j = 0; j < near; j++)
                {
                    _local[(i * near) + j] = _root[i] * _root[j] * gram[_index[j]];
                }
            }

            SymmetricEigen.Decompose(_local, _values, _vectors, _scratch, near);
            for (var k = 0; k < near; k++)
            {
                var vector = _vectors.AsSpan(k * near, near);
                var innovation = 0.0;
                for (var i = 0; i < near; i++)
                {
                    innovation += vector[i] * _root[i] * observations.Innovation[Observed[_index[i]]];
                }

                _along[k] = innovation;
            }

            Span<double> covariance = _innovation.AsSpan(0, near);
            for (var row = point; row < RowCount; row += PointCount)
            {
                var anomalies = Row(row);
                for (var i = 0; i < near; i++)
                {
                    covariance[i] = _root[i] * (row < PresentCount ? _covariance[(row * p) + _index[i]]
                        : TensorPrimitives.Dot<double>(_near.AsSpan(_index[i] * Members, Members), anomalies));
                }

                Mean(row) += Change(anomalies, covariance);
            }
        }

        private double Change(Span<double> anomalies, ReadOnlySpan<double> covariance)
        {
            var (near, increment) = (covariance.Length, 0.0);
            var weights = _weights.AsSpan(0, near);
            weights.Clear();
            for (var k = 0; k < near; k++)
            {
                var vector = _vectors.AsSpan(k * near, near);
                var along = TensorPrimitives.Dot(vector, covariance);
                var root = Math.Sqrt(1 + Math.Max(0, _values[k]));
                increment += along * _along[k] / (root * root);
                TensorPrimitives.MultiplyAdd(vector, -along / (root * (1 + root)), weights, weights);
            }

            for (var i = 0; i < near; i++)
            {
                TensorPrimitives.MultiplyAdd(_near.AsSpan(_index[i] * Members, Members), weights[i] * _root[i], anomalies, anomalies);
            }

            return increment / Math.Sqrt(Members - 1);
        }

        private void InEnsembleSpace(int point, int near, EnsembleObservations observations)
        {
            for (var i = 0; i < near; i++)
            {
                TensorPrimitives.Multiply(_near.AsSpan(_index[i] * Members, Members), _root[i], _tapered.AsSpan(i * Members, Members));
                _innovation[i] = _root[i] * observations.Innovation[Observed[_index[i]]];
            }

            _spectrum.Decompose(_tapered.AsSpan(0, near * Members), _innovation.AsSpan(0, near), near);
            _transform.Set(_spectrum, static l => 1 / (1 + l), static l => 1 / Math.Sqrt(1 + l));
            for (var row = point; row < RowCount; row += PointCount)
            {
                var anomalies = Row(row);
                Mean(row) += TensorPrimitives.Dot<double>(_transform.Mean, anomalies);
                DenseProduct<double>.Multiply(anomalies, _transform.Anomalies, _row, 1, Members, Members); // T is symmetric
                _row.CopyTo(anomalies);
            }
        }
    }
}
