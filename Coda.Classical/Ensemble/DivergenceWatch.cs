using System.Globalization;
using System.Numerics.Tensors;
using Coda.Classical.Observed;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>Stops an ensemble filter that has lost the truth, or whose members are no longer finite, and warns of one that never found it.</summary>
/// <param name="method">The method's name.</param>
/// <param name="climatology">The observations' climatology.</param>
/// <param name="free">The mean variance of an ensemble that saw no observations.</param>
/// <param name="size">The length of one state.</param>
/// <param name="cure">What a user may try, a sentence.</param>
internal sealed class DivergenceWatch(string method, ObservedClimatology climatology, double free, int size, string cure)
{
    private const double Memory = 100; // steps
    private const double KnowsNothing = 0.5; // of the free ensemble's variance

    private readonly InnovationWatch _innovations = new(method, climatology, size, cure);

    private double _share = 1;
    private long _steps;
    private long _open;
    private (int Trajectory, long First, long End) _range = (0, long.MaxValue, 0);

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
                $"{method}: trajectory {trajectory} diverged at step {step}: the ensemble is no longer finite; {_innovations} {_innovations.Cure()}");
        }
    }

    /// <summary>Looks at the ensemble's spread at a step.</summary>
    /// <param name="anomalies">Departures from the mean. [member, space]</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    public void Look(ReadOnlySpan<double> anomalies, int members, int trajectory, long step)
    {
        var variance = TensorPrimitives.SumOfSquares(anomalies) / ((members - 1.0) * size);
        _share += ((variance / free) - _share) / Memory;
        _steps++;
        if (_steps > 4 * Memory && _share > KnowsNothing)
        {
            _open++;
            _range = (trajectory, Math.Min(_range.First, step), step + 1);
        }
    }

    /// <summary>Looks at the innovations of a step.</summary>
    /// <param name="observations">The step's observations, before the analysis, in units of their errors.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">The filter has lost the truth.</exception>
    public void Look(EnsembleObservations observations, int trajectory, long step)
    {
        _innovations.At(trajectory, step);
        _innovations.Begin(observations.Count);
        for (var i = 0; i < observations.Count; i++)
        {
            var (sigma, error) = (observations.Sigma[i], observations.Sigma[i] * observations.Sigma[i]);
            _innovations.Add(observations.Sites[i], observations.Values[i], observations.Innovation[i] * sigma, observations.VarianceOf(i) * error, error);
        }

        _innovations.Judge();
    }

    /// <summary>What is to be said of the trajectory at its end.</summary>
    public IEnumerable<AnalysisWarning> Warnings()
    {
        if (_innovations.Warning() is { } warning)
        {
            yield return warning;
        }

        if (_open > 0)
        {
            yield return new AnalysisWarning(_range.Trajectory, new StepRange(_range.First, _range.End), string.Create(
                CultureInfo.InvariantCulture,
                $"at {_open} steps the ensemble was nearly as wide as one without observations, {KnowsNothing:G2} of its variance and more, "
                    + $"so that filters say little and smoothers nothing reliable: the observations may not determine the state, or the members are too few."))
            {
                Kind = "uninformed-ensemble",
            };
        }
    }
}
