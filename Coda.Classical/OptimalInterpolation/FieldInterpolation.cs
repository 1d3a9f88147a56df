using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Data.Algebra;
using Coda.Data.Observations;
using Coda.Inference.Forecasting;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>One worker's interpolation of fields: (H C Hᵀ + R) w = y - H m by conjugate gradients, and x_a = m + C Hᵀ w at any step.</summary>
/// <remarks>C is the covariance in space times one in time. H is taken as linear about the mean. Not thread-safe.</remarks>
internal sealed class FieldInterpolation
{
    private readonly FieldStatistics _statistics;
    private readonly AlgebraMap<double> _operator;
    private readonly ConjugateGradientSolver _equations;
    private readonly double[] _seen;      // [site]
    private readonly double[] _change;    // [site]
    private readonly double[] _state;     // [space]
    private readonly double[] _control;
    private readonly double[] _expected;  // H m [site]

    /// <summary>Makes a worker.</summary>
    /// <param name="statistics">Mean and covariance.</param>
    /// <param name="h">The observation operator.</param>
    /// <param name="tolerance">The residual at which conjugate gradients stop, as a share of the right-hand side.</param>
    public FieldInterpolation(FieldStatistics statistics, ObservationOperator h, double tolerance)
    {
        (_statistics, _equations) = (statistics, new(new() { Tolerance = tolerance }));
        _operator = new(statistics.Mean.Length, h.SiteCount, (ops, x) => h.Apply(ops, x), (ops, x) => h.Apply(ops, x), (ops, x) => h.Apply(ops, x));
        (_seen, _change, _state) = (new double[h.SiteCount], new double[h.SiteCount], new double[statistics.Mean.Length]);
        (_control, _expected) = (new double[statistics.Covariance.ControlSize], new double[h.SiteCount]);
        _operator.Apply(statistics.Mean, _expected, 1);
    }

    /// <summary>Solves for a window's weights.</summary>
    /// <param name="observed">The observed steps of the window, with their observations: site, value and the error's variance.</param>
    public IReadOnlyList<(int Row, double[] Control)> Solve(IReadOnlyList<(int Row, (int Site, double Value, double Variance)[] Seen)> observed)
    {
        var count = observed.Sum(step => step.Seen.Length);
        var (right, solution, at) = (new double[count], new double[count], 0);
        foreach (var (site, value, variance) in observed.SelectMany(step => step.Seen))
        {
            right[at++] = (value - _expected[site]) / Math.Sqrt(variance);
        }

        var controls = observed.Select(step => (step.Row, Control: new double[_control.Length])).ToList();
        _equations.Solve(right, solution, (weights, image) =>
        {
            Spread(observed, weights, controls);
            See(observed, controls, image);
            TensorPrimitives.Add<double>(image, weights, image);
        });
        Spread(observed, solution, controls);
        return controls;
    }

    /// <summary>x_a at a step.</summary>
    /// <param name="controls">What <see cref="Solve"/> gave.</param>
    /// <param name="row">The step's row.</param>
    /// <param name="state">Takes the analysis. [space]</param>
    public void Analyze(IReadOnlyList<(int Row, double[] Control)> controls, int row, Span<float> state)
    {
        At(controls, row);
        TensorPrimitives.Add(_state, _statistics.Mean, _state);
        TensorPrimitives.ConvertTruncating<double, float>(_state, state);
    }

    // Lᵀ Hᵀ R^-½ of weights, step by step.
    private void Spread(
        IReadOnlyList<(int Row, (int Site, double Value, double Variance)[] Seen)> observed, double[] weights, List<(int Row, double[] Control)> controls)
    {
        var at = 0;
        for (var step = 0; step < observed.Count; step++)
        {
            Array.Clear(_change);
            foreach (var (site, _, variance) in observed[step].Seen)
            {
                _change[site] += weights[at++] / Math.Sqrt(variance);
            }

            _operator.Pull(_statistics.Mean, _change, _seen, _state, 1);
            _statistics.Covariance.TransposedRoot(_state, controls[step].Control);
        }
    }

    private void See(
        IReadOnlyList<(int Row, (int Site, double Value, double Variance)[] Seen)> observed, List<(int Row, double[] Control)> controls, double[] image)
    {
        var at = 0;
        foreach (var (row, seen) in observed)
        {
            At(controls, row);
            _operator.Push(_statistics.Mean, _state, _seen, _change, 1);
            foreach (var (site, _, variance) in seen)
            {
                image[at++] = _change[site] / Math.Sqrt(variance);
            }
        }
    }

    // L of the sum over the steps, each by its correlation in time.
    private void At(IReadOnlyList<(int Row, double[] Control)> controls, int row)
    {
        Array.Clear(_control);
        foreach (var (other, control) in controls)
        {
            TensorPrimitives.MultiplyAdd(control, Math.Exp(-0.5 * Math.Pow((row - other) / _statistics.TimeScale, 2)), _control, _control);
        }

        _statistics.Covariance.Root(_control, _state);
    }
}
