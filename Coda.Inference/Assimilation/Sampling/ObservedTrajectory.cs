using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>The observations of a trajectory's states, which are some steps apart: y = H x + e, H an entry of a state, or of the line through two where
/// something is observed between them.</summary>
internal sealed class ObservedTrajectory
{
    private readonly int _row; // the entries of a trajectory
    private readonly int _size; // those of a state
    private readonly int[] _entries; // of a trajectory, by observation
    private readonly float[] _shares; // of the same entry of the next state
    private readonly double[] _values; // in deviations of the climatology from its mean
    private readonly double[] _variances;

    private ObservedTrajectory(int row, int size, IReadOnlyList<(int Entry, float Share, double Value, double Variance)> observations)
    {
        (_row, _size) = (row, size);
        (_entries, _shares) = ([.. observations.Select(o => o.Entry)], [.. observations.Select(o => o.Share)]);
        (_values, _variances) = ([.. observations.Select(o => o.Value)], [.. observations.Select(o => o.Variance)]);
    }

    /// <summary>The number of observations.</summary>
    public int Count => _entries.Length;

    /// <summary>Reads them.</summary>
    /// <param name="stretch">The observations from the first state on.</param>
    /// <param name="every">The steps from one state to the next.</param>
    /// <param name="sites">The state's entry of each site.</param>
    /// <param name="mean">The climatology's mean. [space]</param>
    /// <param name="deviation">Its deviation. [space]</param>
    /// <param name="sigma">The standard deviation of an observation's error, by its place in the stretch.</param>
    public static ObservedTrajectory Of(
        ObservationStretch stretch, int every, IReadOnlyList<int> sites, IReadOnlyList<double> mean, IReadOnlyList<double> deviation,
        Func<ObservationStretch, int, double> sigma)
    {
        var (length, observations) = (LengthOf(stretch.Steps, every), new List<(int, float, double, double)>());
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                var (step, entry, error) = (i / stretch.SiteCount, sites[i % stretch.SiteCount], sigma(stretch, i));
                var state = Math.Min(step / every, Math.Max(0, length - 2)); // past the last state the line goes on
                observations.Add((
                    (state * mean.Count) + entry, (step - (state * every)) / (float)every, (stretch.Values[i] - mean[entry]) / deviation[entry],
                    error * error / (deviation[entry] * deviation[entry])));
            }
        }

        return new(length * mean.Count, mean.Count, observations);
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
            departures[i] = _values[i % Count] - Observe(i, states);
        }
    }

    /// <summary>R u + σ² H g: what the equations of guidance apply to u, where g is ∂D/∂xᵀ Hᵀ u. [trajectory, observation]</summary>
    public void Apply(ReadOnlySpan<double> u, ReadOnlySpan<float> gradient, double variance, Span<double> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (_variances[i % Count] * u[i]) + (variance * Observe(i, gradient));
        }
    }

    /// <summary>The mean of ∂D/∂x over what is observed, from its product g with random signs (Hutchinson, 1990). [trajectory, observation]</summary>
    public double Trace(ReadOnlySpan<double> signs, ReadOnlySpan<float> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < signs.Length; i++)
        {
            sum += signs[i] * Observe(i, gradient);
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
            var (at, share) = ((i / Count * _row) + _entries[i % Count], _shares[i % Count]);
            sensitivities[at] += (1 - share) * (float)u[i];
            if (share != 0)
            {
                sensitivities[at + _size] += share * (float)u[i];
            }
        }
    }

    private double Observe(int i, ReadOnlySpan<float> states)
    {
        var (at, share) = ((i / Count * _row) + _entries[i % Count], _shares[i % Count]);
        return share == 0 ? states[at] : ((1 - share) * states[at]) + (share * states[at + _size]);
    }
}
