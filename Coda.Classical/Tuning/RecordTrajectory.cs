using Coda.Classical.Observed;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;

namespace Coda.Classical.Tuning;

/// <summary>The observations of one trajectory, and what a solution of the system predicts for them. Immutable; safe to share.</summary>
internal sealed class RecordTrajectory
{
    private readonly Simulator _simulator;
    private readonly ObservationOperator _operator;
    private readonly int[] _steps; // from the initial state on, ascending
    private readonly int[] _sites;
    private readonly Func<int, double[]>? _forcing; // over a step from the initial state on

    /// <summary>Takes the observations of a stretch.</summary>
    /// <param name="simulator">The system with its step.</param>
    /// <param name="h">The observation operator on its coordinates.</param>
    /// <param name="stretch">The observations.</param>
    /// <param name="initialStep">The step of the initial state, at or before the stretch's first.</param>
    /// <param name="noise">The variance of the errors; 1 is taken where nobody knows it.</param>
    /// <param name="forcing">The forcing, where the system has one.</param>
    public RecordTrajectory(
        Simulator simulator, ObservationOperator h, ObservationStretch stretch, long initialStep, ErrorVariance noise, ForcingSeries? forcing = null)
    {
        _forcing = forcing is null ? null : step => forcing.Over(stretch.Trajectory, initialStep + step);
        (_simulator, _operator) = (simulator, h);
        int[] seen = [.. Enumerable.Range(0, stretch.Mask.Length).Where(i => stretch.Mask[i] != 0)];
        _steps = [.. seen.Select(i => checked((int)(stretch.Steps.Start - initialStep + (i / stretch.SiteCount))))];
        _sites = [.. seen.Select(i => i % stretch.SiteCount)];
        Values = [.. seen.Select(i => (double)stretch.Values[i])];
        HasDeviations = stretch.Sigma is not null || noise.Given is not null || noise.Archive is not null;
        Deviations = [.. seen.Select(i => HasDeviations ? Math.Sqrt(noise.Of(stretch, i)) : 1)];
    }

    /// <summary>The observed values, in order of time. [observation]</summary>
    public double[] Values { get; }

    /// <summary>Whether the errors' standard deviations are known.</summary>
    public bool HasDeviations { get; }

    /// <summary>Their errors' standard deviations, but for a factor where these are unknown. [observation]</summary>
    public double[] Deviations { get; }

    /// <summary>The number of observations in the first part of the record.</summary>
    /// <param name="share">The part, in (0, 1].</param>
    public int CountIn(double share) => _steps.Count(step => step <= share * _steps[^1]);

    /// <summary>The step of an observation, from the initial state on.</summary>
    /// <param name="observation">Its index.</param>
    public (int Step, int Site) PlaceOf(int observation) => (_steps[observation], _sites[observation]);

    /// <summary>The states of a solution, in coordinates. [time, space]</summary>
    /// <param name="state">The initial state, in coordinates. [space]</param>
    /// <param name="parameters">The parameters' values.</param>
    /// <param name="first">The first step that is kept, from the initial state on.</param>
    /// <param name="count">The number of steps that are kept.</param>
    public double[] Solve(double[] state, IReadOnlyDictionary<string, double> parameters, int first, int count)
    {
        var ops = new BufferAlgebra<double>();
        var (now, states) = (ops.From(state, 1, state.Length), new double[count * state.Length]);
        for (var step = 0; step < first + count; step++)
        {
            if (step >= first)
            {
                now.Span.CopyTo(states.AsSpan((step - first) * state.Length));
            }

            if (step + 1 < first + count)
            {
                now = _simulator.Advance(ops, now, Over(ops, parameters, step));
                ops.Recycle(now);
            }
        }

        return states;
    }

    /// <summary>What the first observations would be without error. [batch][observation]</summary>
    /// <param name="states">Initial states, in coordinates. [batch][space]</param>
    /// <param name="parameters">The parameters' values.</param>
    /// <param name="count">The number of observations.</param>
    public double[][] Predict(double[][] states, IReadOnlyDictionary<string, double> parameters, int count)
    {
        var (ops, size) = (new BufferAlgebra<double>(), _simulator.System.Layout.Size);
        var state = ops.From(states.SelectMany(s => s).ToArray(), states.Length, size);
        double[][] predictions = [.. states.Select(_ => new double[count])];
        for (int step = 0, at = 0; at < count; step++)
        {
            if (_steps[at] == step)
            {
                var seen = _operator.Apply(ops, state);
                for (; at < count && _steps[at] == step; at++)
                {
                    for (var b = 0; b < predictions.Length; b++)
                    {
                        predictions[b][at] = seen.Span[(b * seen.LastAxis) + _sites[at]];
                    }
                }
            }

            if (at < count)
            {
                state = _simulator.Advance(ops, state, Over(ops, parameters, step));
                ops.Recycle(state);
            }
        }

        return predictions;
    }

    private ParameterValues<NdArray<double>> Over(BufferAlgebra<double> ops, IReadOnlyDictionary<string, double> parameters, int step)
    {
        var values = ParameterValues<NdArray<double>>.Constants(ops, parameters);
        return _forcing?.Invoke(step) is { } u ? values.Forced(_simulator.System.Forcing, ops.From(u, 1, 2, u.Length / 2)) : values;
    }
}
