using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>An ensemble transform for each state entry by itself, from the observations near it.</summary>
/// <remarks>
/// Where an entry has fewer observations near it than there are members, the work is done in observation space: the small matrix S Sᵀ is made once and tapered
/// for each entry, and T is never made. The result is the same.
/// </remarks>
/// <param name="taper">The weight of a site's observations at a state entry. [space, site]</param>
/// <param name="sites">The number of sites.</param>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
/// <param name="inflation">The factor on the analyzed anomalies.</param>
internal sealed class LocalAnalysis(double[] taper, int sites, int members, int size, double inflation) : EnsembleAnalysis
{
    private const double LeastWeight = 1e-3;

    private readonly EnsembleSpectrum _spectrum = new(members);
    private readonly EnsembleTransform _transform = new(members);
    private readonly double[] _states = new double[size * members];       // anomalies, [space, member]
    private readonly double[] _row = new double[members];
    private readonly double[] _near = new double[sites * members];        // tapered S, [observation, member]
    private readonly double[] _innovation = new double[sites];
    private readonly double[] _root = new double[sites];
    private readonly int[] _index = new int[sites];
    private readonly double[] _transposed = new double[members * sites];  // Sᵀ, [member, observation]
    private readonly double[] _gram = new double[sites * sites];
    private readonly double[] _covariance = new double[size * sites];     // A Sᵀ, [space, observation]
    private readonly double[] _local = new double[members * members];
    private readonly double[] _vectors = new double[members * members];
    private readonly double[] _values = new double[members];
    private readonly double[] _scratch = new double[SymmetricEigen.Scratch(members)];
    private readonly double[] _weights = new double[members];

    /// <inheritdoc/>
    public override EnsembleTransform? Transform => null;

    /// <inheritdoc/>
    public override void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random)
    {
        Transpose(state.Anomalies, _states, members, size);
        Prepare(observations);
        for (var entry = 0; entry < size; entry++)
        {
            var anomalies = _states.AsSpan(entry * members, members);
            var near = Near(entry, observations);
            if (near > 0)
            {
                state.Mean[entry] += near <= members
                    ? InObservationSpace(entry, near, observations, anomalies) : InEnsembleSpace(near, observations, anomalies);
            }

            TensorPrimitives.Multiply(anomalies, inflation, anomalies);
        }

        Transpose(_states, state.Anomalies, size, members);
    }

    private void Prepare(EnsembleObservations observations)
    {
        var p = observations.Count;
        Transpose(observations.Anomalies, _transposed, p, members);
        CompactProduct.Multiply(observations.Anomalies, _transposed, _gram, p, members, p);
        CompactProduct.Multiply(_states, _transposed, _covariance, size, members, p);
    }

    private int Near(int entry, EnsembleObservations observations)
    {
        var near = 0;
        for (var i = 0; i < observations.Count; i++)
        {
            var weight = taper[(entry * sites) + observations.Sites[i]];
            if (weight >= LeastWeight)
            {
                (_index[near], _root[near]) = (i, Math.Sqrt(weight));
                near++;
            }
        }

        return near;
    }

    // With S Sᵀ = Uᵀ Λ U (tapered): a (T - I) = -a Sᵀ Uᵀ diag(1 / (√(1+λ) (1 + √(1+λ)))) U S, and the mean moves by a Sᵀ Uᵀ (1+Λ)⁻¹ U d / √(N-1).
    private double InObservationSpace(int entry, int near, EnsembleObservations observations, Span<double> anomalies)
    {
        var p = observations.Count;
        var weights = _weights.AsSpan(0, near);
        Span<double> covariance = _innovation.AsSpan(0, near);
        for (var i = 0; i < near; i++)
        {
            var gram = _gram.AsSpan(_index[i] * p, p);
            for (var j = 0; j < near; j++)
            {
                _local[(i * near) + j] = _root[i] * _root[j] * gram[_index[j]];
            }

            covariance[i] = _root[i] * _covariance[(entry * p) + _index[i]];
        }

        SymmetricEigen.Decompose(_local, _values, _vectors, _scratch, near);
        weights.Clear();
        var increment = 0.0;
        for (var k = 0; k < near; k++)
        {
            var vector = _vectors.AsSpan(k * near, near);
            var (along, innovation) = (TensorPrimitives.Dot<double>(vector, covariance), 0.0);
            for (var i = 0; i < near; i++)
            {
                innovation += vector[i] * _root[i] * observations.Innovation[_index[i]];
            }

            var root = Math.Sqrt(1 + Math.Max(0, _values[k]));
            increment += along * innovation / (root * root);
            TensorPrimitives.MultiplyAdd(vector, -along / (root * (1 + root)), weights, weights);
        }

        for (var i = 0; i < near; i++)
        {
            TensorPrimitives.MultiplyAdd(observations.Anomalies.AsSpan(_index[i] * members, members), weights[i] * _root[i], anomalies, anomalies);
        }

        return increment / Math.Sqrt(members - 1);
    }

    private double InEnsembleSpace(int near, EnsembleObservations observations, Span<double> anomalies)
    {
        for (var i = 0; i < near; i++)
        {
            TensorPrimitives.Multiply(observations.Anomalies.AsSpan(_index[i] * members, members), _root[i], _near.AsSpan(i * members, members));
            _innovation[i] = _root[i] * observations.Innovation[_index[i]];
        }

        _spectrum.Decompose(_near.AsSpan(0, near * members), _innovation.AsSpan(0, near), near);
        _transform.Set(_spectrum, static l => 1 / (1 + l), static l => 1 / Math.Sqrt(1 + l));
        var increment = TensorPrimitives.Dot<double>(_transform.Mean, anomalies);
        CompactProduct.Multiply(anomalies, _transform.Anomalies, _row, 1, members, members); // T is symmetric
        _row.CopyTo(anomalies);
        return increment;
    }

    private static void Transpose(ReadOnlySpan<double> source, Span<double> target, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                target[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }
}
