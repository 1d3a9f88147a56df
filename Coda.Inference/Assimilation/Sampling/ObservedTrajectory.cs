using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>The observations of a trajectory's states, which are some steps apart: y = H x + e with the entries of states that H takes.</summary>
internal sealed class ObservedTrajectory
{
    private readonly int _row; // the entries of a trajectory
    private readonly int[] _entries; // of a trajectory, by observation
    private readonly double[] _values; // in deviations of the climatology from its mean
    private readonly double[] _variances;

    private ObservedTrajectory(int row, int[] entries, double[] values, double[] variances) =>
        (_row, _entries, _values, _variances) = (row, entries, values, variances);

    /// <summary>The number of observations.</summary>
    public int Count => _entries.Length;

    /// <summary>Reads them.</summary>
    /// <param name="stretch">The observations from the first state on.</param>
    /// <param name="every">The steps from one state to the next.</param>
    /// <param name="sites">The state's entry of each site.</param>
    /// <param name="mean">The climatology's mean. [space]</param>
    /// <param name="deviation">Its deviation. [space]</param>
    /// <param name="sigma">The standard deviation of an observation's error, by its place in the stretch.</param>
    /// <exception cref="InvalidDataException">Something is observed between the states.</exception>
    public static ObservedTrajectory Of(
        ObservationStretch stretch, int every, IReadOnlyList<int> sites, IReadOnlyList<double> mean, IReadOnlyList<double> deviation,
        Func<ObservationStretch, int, double> sigma)
    {
        var (entries, values, variances) = (new List<int>(), new List<double>(), new List<double>());
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (stretch.Mask[i] == 0)
            {
                continue;
            }

            var (step, site) = (i / stretch.SiteCount, i % stretch.SiteCount);
            if (step % every != 0)
            {
                throw new InvalidDataException(
                    $"Trajectory {stretch.Trajectory}, step {stretch.Steps.Start + step}: expected observations at each {every}th step of the record, where the "
                        + "score's segments have states, got some at another. Train the score with a smaller score.every.");
            }

            var (entry, error) = (sites[site], sigma(stretch, i));
            entries.Add((step / every * mean.Count) + entry);
            values.Add((stretch.Values[i] - mean[entry]) / deviation[entry]);
            variances.Add(error * error / (deviation[entry] * deviation[entry]));
        }

        return new((int)(1 + ((stretch.Steps.Count - 1) / every)) * mean.Count, [.. entries], [.. values], [.. variances]);
    }

    /// <summary>The steps of a record at which its states stand.</summary>
    /// <param name="record">The record.</param>
    /// <param name="every">The steps from one state to the next.</param>
    public static int LengthOf(StepRange record, int every) => checked((int)(1 + ((record.Count - 1) / every)));

    /// <summary>y - H x, for each trajectory. [trajectory, observation]</summary>
    public void Depart(ReadOnlySpan<float> states, Span<double> departures)
    {
        for (var i = 0; i < departures.Length; i++)
        {
            departures[i] = _values[i % Count] - states[(i / Count * _row) + _entries[i % Count]];
        }
    }

    /// <summary>R u + σ² H g: what the equations of guidance apply to u, where g is ∂D/∂xᵀ Hᵀ u. [trajectory, observation]</summary>
    public void Apply(ReadOnlySpan<double> u, ReadOnlySpan<float> gradient, double variance, Span<double> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (_variances[i % Count] * u[i]) + (variance * gradient[(i / Count * _row) + _entries[i % Count]]);
        }
    }

    /// <summary>The mean of ∂D/∂x over what is observed, from its product g with random signs (Hutchinson, 1990). [trajectory, observation]</summary>
    public double Trace(ReadOnlySpan<double> signs, ReadOnlySpan<float> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < signs.Length; i++)
        {
            sum += signs[i] * gradient[(i / Count * _row) + _entries[i % Count]];
        }

        return sum / signs.Length;
    }

    /// <summary>-½ dᵀ (R + v I)⁻¹ d of each trajectory. [trajectory, observation] to [trajectory]</summary>
    public void LogLikelihoods(ReadOnlySpan<double> departures, double variance, Span<double> result)
    {
        result.Clear();
        for (var i = 0; i < departures.Length; i++)
        {
            result[i / Count] -= 0.5 * departures[i] * departures[i] / (_variances[i % Count] + variance);
        }
    }

    /// <summary>uᵀ R u of one trajectory: no covariance of states makes it less.</summary>
    public double Curvature(ReadOnlySpan<double> u)
    {
        var sum = 0.0;
        for (var i = 0; i < u.Length; i++)
        {
            sum += _variances[i] * u[i] * u[i];
        }

        return sum;
    }

    /// <summary>(R + γ σ² I)⁻¹ d. [trajectory, observation]</summary>
    public void Divide(Span<double> departures, double variance)
    {
        for (var i = 0; i < departures.Length; i++)
        {
            departures[i] /= _variances[i % Count] + variance;
        }
    }

    /// <summary>Hᵀ u. [trajectory, observation] to [trajectory, time, space]</summary>
    public void Spread(ReadOnlySpan<double> u, Span<float> sensitivities)
    {
        sensitivities.Clear();
        for (var i = 0; i < u.Length; i++)
        {
            sensitivities[(i / Count * _row) + _entries[i % Count]] += (float)u[i];
        }
    }
}
