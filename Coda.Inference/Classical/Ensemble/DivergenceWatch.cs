using System.Numerics.Tensors;
using Coda.Data.Dynamics;

namespace Coda.Inference.Classical.Ensemble;

/// <summary>Stops an ensemble filter that has lost the truth, or whose members are no longer finite.</summary>
/// <param name="method">The method's name.</param>
/// <param name="climate">The observations' climate.</param>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
internal sealed class DivergenceWatch(string method, ObservedClimate climate, int members, int size)
{
    private readonly InnovationWatch _innovations = new(method, climate, size, "Raise inflation or members, or start elsewhere with another seed.");

    /// <summary>Refuses an ensemble that is not finite.</summary>
    /// <param name="ensemble">The members. [member, space]</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">It is not finite.</exception>
    public void RequireFinite(ReadOnlySpan<double> ensemble, int trajectory, long step)
    {
        if (!double.IsFinite(TensorPrimitives.Sum(ensemble)))
        {
            throw new DivergenceException(
                $"{method}: trajectory {trajectory} diverged at step {step}: the ensemble's spread is no longer finite. {_innovations} Take a shorter time step or a smaller inflation.");
        }
    }

    /// <summary>Looks at the innovations of a step.</summary>
    /// <param name="observations">The step's observations, before the analysis, in units of their errors.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">The filter has lost the truth.</exception>
    public void Look(EnsembleObservations observations, int trajectory, long step)
    {
        _innovations.Begin(observations.Count);
        for (var i = 0; i < observations.Count; i++)
        {
            var spread = TensorPrimitives.SumOfSquares<double>(observations.Anomalies.AsSpan(i * members, members));
            var (sigma, error) = (observations.Sigma[i], observations.Sigma[i] * observations.Sigma[i]);
            _innovations.Add(observations.Sites[i], observations.Innovation[i] * sigma, spread * error, error);
        }

        _innovations.Judge(trajectory, step);
    }
}
