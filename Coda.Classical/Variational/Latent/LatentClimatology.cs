using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>Mean and covariance of the latent numbers of states that a model runs through when nothing is assimilated.</summary>
/// <param name="Mean">The mean. [latent]</param>
/// <param name="Root">L, with L Lᵀ the covariance. [latent, latent]</param>
internal sealed record LatentClimatology(double[] Mean, Matrix<double> Root)
{
    private const double Least = 1e-12; // of a variance, relative to the largest

    /// <summary>Lets a model run and encodes its states.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">The auto-encoder.</param>
    /// <param name="form">What is taken of the covariance.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="Data.Dynamics.DivergenceException">The run left the range of finite numbers.</exception>
    public static LatentClimatology Of(LinearizedModel model, LatentStates states, LatentCovariance form, CancellationToken cancellation)
    {
        var samples = new List<double[]>();
        foreach (var runs in ModelClimatology.FreeRun(model, cancellation))
        {
            for (var start = 0; start < runs.Length; start += states.StateSize)
            {
                var latent = new double[states.Size];
                states.Encode(runs.AsSpan(start, states.StateSize), latent);
                samples.Add(latent);
            }
        }

        double[] mean = [.. Enumerable.Range(0, states.Size).Select(i => samples.Average(sample => sample[i]))];
        var covariance = new DenseMatrix(states.Size);
        foreach (var sample in samples)
        {
            var departure = DenseVector.OfEnumerable(sample.Zip(mean, (z, m) => z - m));
            covariance.Add(departure.OuterProduct(departure) / samples.Count, covariance);
        }

        var variances = covariance.Diagonal();
        var floor = Least * variances.Maximum();
        return new(mean, form == LatentCovariance.Full
            ? (covariance + (DenseMatrix.CreateIdentity(states.Size) * floor)).Cholesky().Factor
            : DenseMatrix.OfDiagonalVector(variances.Map(variance => Math.Sqrt(Math.Max(variance, floor)))));
    }
}
