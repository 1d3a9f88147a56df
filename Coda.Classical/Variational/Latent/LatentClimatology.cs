using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>Mean and covariance of the latent numbers of states that a model runs through when nothing is assimilated.</summary>
/// <param name="Mean">The mean. [latent]</param>
/// <param name="Root">L, with L Lᵀ the covariance. [latent, latent]</param>
/// <param name="Background">The same of what stands for the background's errors but for a factor: the climatology, or its changes over some steps. [latent,
/// latent]</param>
internal sealed record LatentClimatology(double[] Mean, Matrix<double> Root, Matrix<double> Background)
{
    private const double Least = 1e-12; // of a variance, relative to the largest

    /// <summary>Lets a model run and encodes its states.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">The auto-encoder.</param>
    /// <param name="form">What is taken of the covariances.</param>
    /// <param name="lag">The steps over which changes are the background's errors; 0 for the climatology itself.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="Data.Dynamics.DivergenceException">The run left the range of finite numbers.</exception>
    public static LatentClimatology Of(LinearizedModel model, LatentStates states, LatentCovariance form, int lag, CancellationToken cancellation)
    {
        var (samples, changes) = (new List<double[]>(), new List<double[]>());
        using var m = model.StartTangent();
        foreach (var runs in ModelClimatology.FreeRun(model, cancellation))
        {
            var now = Encode(runs);
            samples.AddRange(now);
            var (later, next) = ((double[])[.. runs], new double[runs.Length]);
            for (var step = 0; step < lag; step++)
            {
                m.Apply(later, next, runs.Length / states.StateSize, model.TypicalForcing(step));
                (later, next) = (next, later);
            }

            changes.AddRange(lag == 0 ? [] : now.Zip(Encode(later), (before, after) => (double[])[.. before.Zip(after, (a, b) => b - a)]));
        }

        double[] mean = [.. Enumerable.Range(0, states.Size).Select(i => samples.Average(sample => sample[i]))];
        var root = RootOf(samples, mean, form);
        return new(mean, root, lag == 0 ? root : RootOf(changes, new double[mean.Length], form));

        List<double[]> Encode(double[] runs)
        {
            var latents = new List<double[]>();
            for (var start = 0; start < runs.Length; start += states.StateSize)
            {
                var latent = new double[states.Size];
                states.Encode(runs.AsSpan(start, states.StateSize), latent);
                latents.Add(latent);
            }

            return latents;
        }
    }

    private static Matrix<double> RootOf(List<double[]> samples, double[] mean, LatentCovariance form)
    {
        var departures = DenseMatrix.OfRowArrays(samples.Select(sample => (double[])[.. sample.Zip(mean, (z, m) => z - m)]));
        var covariance = departures.TransposeThisAndMultiply(departures) / samples.Count;
        var variances = covariance.Diagonal();
        var floor = Math.Max(double.Epsilon, Least * variances.Maximum());
        return form == LatentCovariance.Full
            ? (covariance + (DenseMatrix.CreateIdentity(mean.Length) * floor)).Cholesky().Factor
            : DenseMatrix.OfDiagonalVector(variances.Map(variance => Math.Sqrt(Math.Max(variance, floor))));
    }
}
