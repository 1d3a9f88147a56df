using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Data.Algebra;

namespace Coda.Classical.Ensemble;

/// <summary>The observed anomalies S by their singular values: any function of Sᵀ S, and with it any ensemble update, is a sum over them.</summary>
/// <remarks>
/// With p observations and N members the smaller of S Sᵀ (p × p) and Sᵀ S (N × N) is diagonalized; both have the eigenvalues λ_i.
/// f(Sᵀ S) = f(0) I + Σ_i [f(λ_i) - f(0)] v_i v_iᵀ with right singular vectors v_i.
/// </remarks>
/// <param name="members">The number of members N.</param>
internal sealed class EnsembleSpectrum(int members)
{
    private double[] _gram = [];
    private double[] _vectors = [];
    private double[] _scratch = [];
    private double[] _left = [];
    private double[] _right = [];

    /// <summary>The number of eigenvalues, min(p, N).</summary>
    public int Count { get; private set; }

    /// <summary>The eigenvalues λ_i of Sᵀ S, at least 0. [i]</summary>
    public double[] Eigenvalues { get; private set; } = [];

    /// <summary>√λ_i v_i where observations are fewer than members, else v_i. [i, member]</summary>
    public double[] Basis { get; private set; } = [];

    /// <summary>Whether the rows of <see cref="Basis"/> have length 1; else √λ_i.</summary>
    public bool IsNormalized { get; private set; }

    /// <summary>The innovation along each left singular vector, u_i · d. [i]</summary>
    public double[] Innovation { get; private set; } = [];

    /// <summary>The factor that makes a function's value at λ_i the weight of row i's outer product.</summary>
    /// <param name="i">Which eigenvalue.</param>
    public double Weight(int i) => IsNormalized ? 1 : Eigenvalues[i] > 0 ? 1 / Eigenvalues[i] : 0;

    /// <summary>Finds eigenvalues and vectors.</summary>
    /// <param name="observations">S and the innovation d.</param>
    public void Decompose(EnsembleObservations observations)
    {
        var p = observations.Count;
        Decompose(observations.Anomalies.AsSpan(0, p * members), observations.Innovation.AsSpan(0, p), p);
    }

    /// <summary>Finds eigenvalues and vectors.</summary>
    /// <param name="s">The observed anomalies S. [observation, member]</param>
    /// <param name="d">The innovation d, in units of the errors. [observation]</param>
    /// <param name="p">The number of observations.</param>
    public void Decompose(ReadOnlySpan<double> s, ReadOnlySpan<double> d, int p)
    {
        Count = Math.Min(p, members);
        IsNormalized = p > members;
        Reserve();
        if (IsNormalized)
        {
            Normalized(s, d, p);
        }
        else
        {
            Scaled(s, d, p);
        }

        for (var i = 0; i < Count; i++)
        {
            Eigenvalues[i] = Math.Max(0, Eigenvalues[i]);
        }
    }

    /// <summary>What rows of observation space become along the left singular vectors, in the basis' scale: the products with <see cref="Basis"/> are those
    /// with Sᵀ.</summary>
    /// <param name="s">The observed anomalies S that were decomposed. [observation, member]</param>
    /// <param name="rows">Numbers for each observation. [row, observation]</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="p">The number of observations.</param>
    /// <param name="result">Takes the projections. [row, i]</param>
    public void Project(ReadOnlySpan<double> s, ReadOnlySpan<double> rows, int count, int p, Span<double> result)
    {
        if (IsNormalized)
        {
            Grow(ref _right, count * members);
            DenseProduct<double>.Multiply(rows, s, _right, count, p, members); // rows S
        }

        var source = IsNormalized ? _right : rows;
        var width = IsNormalized ? members : p;
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < Count; i++)
            {
                result[(row * Count) + i] = TensorPrimitives.Dot(source.Slice(row * width, width), _vectors.AsSpan(i * width, width));
            }
        }
    }

    private void Scaled(ReadOnlySpan<double> s, ReadOnlySpan<double> d, int p)
    {
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _gram[(i * p) + j] = _gram[(j * p) + i] = TensorPrimitives.Dot(s.Slice(i * members, members), s.Slice(j * members, members));
            }
        }

        SymmetricEigen.Decompose(_gram, Eigenvalues, _vectors, _scratch, p);
        DenseProduct<double>.Multiply(_vectors, s, Basis, p, p, members);
        for (var i = 0; i < p; i++)
        {
            Innovation[i] = TensorPrimitives.Dot(_vectors.AsSpan(i * p, p), d);
        }
    }

    private void Normalized(ReadOnlySpan<double> s, ReadOnlySpan<double> d, int p)
    {
        Grow(ref _left, members * p);
        for (var m = 0; m < members; m++)
        {
            for (var i = 0; i < p; i++)
            {
                _left[(m * p) + i] = s[(i * members) + m];
            }
        }

        DenseProduct<double>.Multiply(_left, s, _gram, members, p, members);
        SymmetricEigen.Decompose(_gram, Eigenvalues, _vectors, _scratch, members);
        _vectors.AsSpan(0, members * members).CopyTo(Basis);
        Span<double> projected = _scratch.AsSpan(0, members);
        DenseProduct<double>.Multiply(d, s, projected, 1, p, members); // Sᵀ d
        for (var i = 0; i < members; i++)
        {
            Innovation[i] = Eigenvalues[i] > 0 ? TensorPrimitives.Dot<double>(_vectors.AsSpan(i * members, members), projected) / Math.Sqrt(Eigenvalues[i]) : 0;
        }
    }

    private void Reserve()
    {
        if (Eigenvalues.Length < Count)
        {
            (Eigenvalues, Innovation) = (new double[Count], new double[Count]);
            (_gram, _vectors) = (new double[Count * Count], new double[Count * Count]);
            _scratch = new double[Math.Max(members, SymmetricEigen.Scratch(Count))];
            Basis = new double[Count * members];
        }
    }

    private static void Grow(ref double[] buffer, int length) => buffer = buffer.Length < length ? new double[length] : buffer;
}
