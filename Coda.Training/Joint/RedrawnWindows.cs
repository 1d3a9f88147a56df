using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Training.Joint;

/// <summary>Windows of observations drawn anew: what the operator gives of the reanalysis, with errors of their own, where another window of the record was observed.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class RedrawnWindows
{
    private readonly TrainingRecord _record;
    private readonly double _sigma;
    private readonly double _probability;
    private readonly Lazy<float[]>[] _observed; // [trajectory][step, site], without error

    /// <summary>Makes the source.</summary>
    /// <param name="record">The observations, for where and how well it was observed.</param>
    /// <param name="reanalysis">The states.</param>
    /// <param name="h">The observation operator.</param>
    /// <param name="sigma">The standard deviation of the observation error, where an entry has none of its own.</param>
    /// <param name="probability">The share of windows to draw anew.</param>
    public RedrawnWindows(TrainingRecord record, Reanalysis reanalysis, ObservationOperator h, double sigma, double probability)
    {
        (_record, _sigma, _probability) = (record, sigma, probability);
        var description = record.Windows.Description;
        _observed = [.. Enumerable.Range(0, description.TrajectoryCount).Select(trajectory => new Lazy<float[]>(() => Observe(reanalysis.Trajectory(trajectory), reanalysis.StateSize, h)))];
    }

    /// <summary>Draws a window anew, or leaves it as it is.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="centre">The window's centre.</param>
    /// <param name="values">The values. [time, site]</param>
    /// <param name="mask">The mask. [time, site]</param>
    /// <param name="random">The rollout's stream.</param>
    public void Draw(int trajectory, long centre, Span<float> values, Span<float> mask, ref CounterRandom random)
    {
        if (random.NextUniform() >= _probability)
        {
            return;
        }

        var windows = _record.Windows;
        var (steps, sites) = (windows.Description.Steps, windows.Description.SiteCount);
        var (elsewhere, other) = _record.StartAt(heldOut: false, random.NextUniform());
        windows.Mask(elsewhere, other).CopyTo(mask);
        var sigma = windows.Trajectory(elsewhere).Sigma;
        var ownSigma = (int)(other - steps.Start) * sites; // of the other window's first entry, in its widened trajectory
        values.Clear();
        for (var row = 0; row < windows.Length; row++)
        {
            var step = centre - windows.HalfWidth + row;
            if (!steps.Contains(step))
            {
                mask.Slice(row * sites, sites).Clear();
                continue;
            }

            var observed = _observed[trajectory].Value.AsSpan((int)(step - steps.Start) * sites, sites);
            for (var site = 0; site < sites; site++)
            {
                var i = (row * sites) + site;
                if (mask[i] > 0)
                {
                    var deviation = sigma?[ownSigma + i] is > 0 and var own ? own : _sigma;
                    values[i] = observed[site] + (float)(deviation * random.NextGaussian());
                }
            }
        }
    }

    private static float[] Observe(float[] states, int stateSize, ObservationOperator h)
    {
        if (h.IsSelection(stateSize) && h.Locations.SequenceEqual(Enumerable.Range(0, stateSize)))
        {
            return states; // no copy of a whole record
        }

        var ops = new BufferAlgebra<float>();
        return h.Apply(ops, ops.From(states, states.Length / stateSize, stateSize)).Span.ToArray();
    }
}
