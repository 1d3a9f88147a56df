using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;

namespace Coda.Training.Stages;

/// <summary>Windows of observations drawn anew: what the operator gives of the reanalysis, with errors of their own, where another window of the record was
/// observed.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class RedrawnWindows
{
    private readonly TrainingRecord _record;
    private readonly double _sigma;
    private readonly double _probability;
    private readonly SettingsRange? _range;
    private readonly DrawnSettings? _settings;
    private readonly Lazy<float[]>[] _observed; // [trajectory][step, site], without error

    /// <summary>Makes the source.</summary>
    /// <param name="record">The observations, for where and how well it was observed.</param>
    /// <param name="reanalysis">The states.</param>
    /// <param name="h">The observation operator.</param>
    /// <param name="sigma">The standard deviation of the observation error, where an entry has none of its own.</param>
    /// <param name="probability">The share of windows to draw anew.</param>
    /// <param name="range">Other settings than the record's own; <see langword="null"/> for none.</param>
    /// <param name="scales">How many times as large each site's error is; nothing for 1. [site]</param>
    public RedrawnWindows(
        TrainingRecord record, Reanalysis reanalysis, ObservationOperator h, double sigma, double probability, SettingsRange? range,
        IReadOnlyList<float>? scales = null)
    {
        (_record, _sigma, _probability, _range) = (record, sigma, probability, range);
        _settings = range is null ? null : new DrawnSettings(range, sigma, scales);
        var description = record.Windows.Description;
        _observed = [.. Enumerable.Range(0, description.TrajectoryCount)
            .Select(trajectory => new Lazy<float[]>(() => Observe(reanalysis.Trajectory(trajectory), reanalysis.StateSize, h)))];
    }

    /// <summary>Draws a window anew, or leaves it to the record.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="centre">The window's centre.</param>
    /// <param name="values">The values. [time, site]</param>
    /// <param name="mask">The mask. [time, site]</param>
    /// <param name="deviations">The standard deviations of the errors, where the network reads them; else empty. [time, site]</param>
    /// <param name="random">The rollout's stream.</param>
    /// <returns>Whether it was drawn.</returns>
    public bool Draw(int trajectory, long centre, Span<float> values, Span<float> mask, Span<float> deviations, ref CounterRandom random)
    {
        if (random.NextUniform() >= _probability)
        {
            return false;
        }

        var windows = _record.Windows;
        var (elsewhere, other) = _record.StartAt(heldOut: false, random.NextUniform());
        var errors = deviations.Length > 0 ? deviations : new float[values.Length];

        if (_range is not null && random.NextUniform() < _range.Share)
        {
            _settings!.Draw(mask, errors, windows.Description.SiteCount, ref random);
        }
        else
        {
            windows.Mask(elsewhere, other).CopyTo(mask);
            windows.Deviations(elsewhere, other, (float)_sigma, errors);
        }

        Fill(trajectory, centre - windows.HalfWidth, values, mask, errors, ref random);
        return true;
    }

    // What lies outside the record stays unobserved.
    private void Fill(int trajectory, long first, Span<float> values, Span<float> mask, Span<float> errors, ref CounterRandom random)
    {
        var (steps, sites) = (_record.Windows.Description.Steps, _record.Windows.Description.SiteCount);
        values.Clear();
        for (var row = 0; row < values.Length / sites; row++)
        {
            if (!steps.Contains(first + row))
            {
                mask.Slice(row * sites, sites).Clear();
                errors.Slice(row * sites, sites).Clear();
                continue;
            }

            var observed = _observed[trajectory].Value.AsSpan((int)(first + row - steps.Start) * sites, sites);
            for (var site = 0; site < sites; site++)
            {
                var i = (row * sites) + site;
                if (mask[i] > 0)
                {
                    values[i] = observed[site] + (float)((double)errors[i] * random.NextGaussian());
                }
            }
        }
    }

    /// <summary>What an operator sees of states, on the scale of the errors. [step, site]</summary>
    /// <param name="states">The states. [step, space]</param>
    /// <param name="stateSize">The length of a state.</param>
    /// <param name="h">The operator.</param>
    internal static float[] Observe(float[] states, int stateSize, ObservationOperator h)
    {
        if (h.IsSelection(stateSize) && h.Locations.SequenceEqual(Enumerable.Range(0, stateSize)))
        {
            return states; // no copy of a whole record
        }

        var ops = new BufferAlgebra<float>();
        return h.Apply(ops, ops.From(states, states.Length / stateSize, stateSize)).Span.ToArray();
    }
}
