using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>A linear update within the space that an ensemble spans: anomalies A become T A, and the mean moves by w A.</summary>
/// <param name="members">The number of members N.</param>
internal sealed class EnsembleTransform(int members)
{
    private double[] _left = [];
    private double[] _noise = []; // [member, observation]
    private double[] _product = new double[(members + 1) * members];
    private readonly double[] _basis = Rotations.MeanPreservingBasis(members);

    /// <summary>T, and w below it. [member + 1, member]</summary>
    public double[] Matrix { get; private set; } = new double[(members + 1) * members];

    /// <summary>T. [member, member]</summary>
    public Span<double> Anomalies => Matrix.AsSpan(0, members * members);

    /// <summary>w. [member]</summary>
    public Span<double> Mean => Matrix.AsSpan(members * members, members);

    /// <summary>T = I and w = 0: nothing changes.</summary>
    public void Clear()
    {
        Matrix.AsSpan().Clear();
        for (var m = 0; m < members; m++)
        {
            Matrix[(m * members) + m] = 1;
        }
    }

    /// <summary>T = f(Sᵀ S) and w = g(Sᵀ S) Sᵀ d / √(N - 1).</summary>
    /// <param name="spectrum">S and d.</param>
    /// <param name="mean">g at an eigenvalue.</param>
    /// <param name="anomalies">f at an eigenvalue; 1 at 0.</param>
    public void Set(EnsembleSpectrum spectrum, Func<double, double> mean, Func<double, double> anomalies)
    {
        var count = spectrum.Count;
        Reserve(count);
        Mean.Clear();
        for (var i = 0; i < count; i++)
        {
            var eigenvalue = spectrum.Eigenvalues[i];
            var row = spectrum.Basis.AsSpan(i * members, members);
            var weight = spectrum.Weight(i) * (anomalies(eigenvalue) - 1);
            for (var m = 0; m < members; m++)
            {
                _left[(m * count) + i] = weight * row[m];
            }

            var gain = mean(eigenvalue) * spectrum.Innovation[i] * (spectrum.IsNormalized ? Math.Sqrt(eigenvalue) : 1) / Math.Sqrt(members - 1);
            TensorPrimitives.MultiplyAdd(row, gain, Mean, Mean);
        }

        DenseProduct<double>.Multiply(_left, spectrum.Basis, Anomalies, members, count, members);
        for (var m = 0; m < members; m++)
        {
            Matrix[(m * members) + m] += 1;
        }
    }

    /// <summary>Adds to each member what perturbing its observations adds: g(SᵀS) Sᵀ ε_m / √(N - 1), with Gaussian ε of mean 0 over the members.</summary>
    /// <param name="spectrum">S by its singular values.</param>
    /// <param name="observations">S.</param>
    /// <param name="random">Where the perturbations are drawn from.</param>
    /// <param name="gain">g at an eigenvalue.</param>
    public void Perturb(EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, Func<double, double> gain)
    {
        var (count, p) = (spectrum.Count, observations.Count);
        if (_noise.Length < members * p)
        {
            _noise = new double[members * p];
        }

        Draw(ref random, p);
        Reserve(count);
        spectrum.Project(observations.Anomalies, _noise, members, p, _left);
        for (var i = 0; i < count; i++)
        {
            var factor = gain(spectrum.Eigenvalues[i]) / Math.Sqrt(members - 1);
            for (var m = 0; m < members; m++)
            {
                _left[(m * count) + i] *= factor;
            }
        }

        DenseProduct<double>.Multiply(_left, spectrum.Basis, _product, members, count, members);
        TensorPrimitives.Add(Anomalies, _product.AsSpan(0, members * members), Anomalies);
    }

    /// <summary>Multiplies the anomalies.</summary>
    /// <param name="factor">The factor.</param>
    public void Inflate(double factor)
    {
        if (factor != 1)
        {
            TensorPrimitives.Multiply(Anomalies, factor, Anomalies);
        }
    }

    /// <summary>Turns the anomalies by a random rotation that keeps their mean and covariance (Sakov and Oke, 2008b, eq. 28).</summary>
    /// <param name="random">Where the rotation is drawn from.</param>
    public void Rotate(ref CounterRandom random)
    {
        Reserve(members);
        var turned = _left.AsSpan(0, members * members);
        Rotations.Draw(ref random, _basis, turned, members);
        DenseProduct<double>.Multiply(turned, Matrix, _product, members, members, members);
        _product.AsSpan(0, members * members).CopyTo(Anomalies);
    }

    /// <summary>Updates an ensemble.</summary>
    /// <param name="mean">The mean. [space]</param>
    /// <param name="anomalies">The anomalies. [member, space]</param>
    /// <param name="scratch">At least (N + 1) · size numbers.</param>
    public void Apply(Span<double> mean, Span<double> anomalies, Span<double> scratch)
    {
        var size = mean.Length;
        DenseProduct<double>.Multiply(Matrix, anomalies, scratch, members + 1, members, size);
        scratch[..(members * size)].CopyTo(anomalies);
        TensorPrimitives.Add(mean, scratch.Slice(members * size, size), mean);
    }

    /// <summary>Becomes this update followed by a later one.</summary>
    /// <param name="later">The later update.</param>
    public void Then(EnsembleTransform later) => Compose(this, later);

    /// <summary>Becomes an earlier update followed by this one.</summary>
    /// <param name="earlier">The earlier update.</param>
    public void After(EnsembleTransform earlier) => Compose(earlier, this);

    /// <summary>Becomes a copy of another.</summary>
    /// <param name="other">The other.</param>
    public void CopyFrom(EnsembleTransform other) => other.Matrix.CopyTo(Matrix, 0);

    private void Draw(ref CounterRandom random, int p)
    {
        for (var i = 0; i < p; i++)
        {
            var sum = 0.0;
            for (var m = 0; m < members; m++)
            {
                sum += _noise[(m * p) + i] = random.NextGaussian();
            }

            for (var m = 0; m < members; m++)
            {
                _noise[(m * p) + i] -= sum / members;
            }
        }
    }

    // T = T₂ T₁ and w = w₁ + w₂ T₁.
    private void Compose(EnsembleTransform first, EnsembleTransform second)
    {
        DenseProduct<double>.Multiply(second.Matrix, first.Matrix, _product, members + 1, members, members);
        var mean = _product.AsSpan(members * members, members);
        TensorPrimitives.Add(mean, first.Mean, mean);
        (Matrix, _product) = (_product, Matrix);
    }

    private void Reserve(int columns) => _left = _left.Length < members * columns ? new double[members * columns] : _left;
}
