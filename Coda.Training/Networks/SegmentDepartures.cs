using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Training.Networks;

/// <summary>How the states of a segment with noise σ depart from the simulator's forecasts of them: 2 tanh ((x_{k+1} - M(x_k)) / 8 σ).</summary>
internal sealed class SegmentDepartures
{
    private const double Most = 6; // deviations, softly: a forecast from farther off might not be finite
    private const double Range = 8; // of departures over σ, which the simulator's growth makes larger than 1

    private readonly AssimilationContext _context;
    private readonly Simulator _simulator;
    private readonly int _steps;

    /// <summary>Takes the simulator.</summary>
    /// <param name="context">The task, with its dynamics.</param>
    /// <param name="steps">The integrator's steps from one state to the next.</param>
    public SegmentDepartures(AssimilationContext context, int steps)
    {
        var own = context.Dynamics!.Simulator;
        (_context, _steps) = (context, steps);
        _simulator = new Simulator(own.System, own.Integrator, own.StepLength * context.SegmentSteps / steps);
    }

    /// <summary>Computes them. [batch, time, space] to [batch, time - 1, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="x">The states, in deviations of the climatology from its mean.</param>
    /// <param name="sigma">σ. [batch, 1, 1]</param>
    public T Of<T>(IAlgebra<T> ops, T x, T sigma)
    {
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        var parameters = ParameterValues<T>.Constants(ops, _context.Dynamics!.Parameters);
        var length = ops.ShapeOf(x)[^2];
        var bounded = ops.Scale(ops.Tanh(ops.Scale(ops.Slice(x, -2, 0, length - 1), 1 / Most)), Most);
        var state = ops.Add(ops.Multiply(bounded, deviation), mean);
        for (var step = 0; step < _steps; step++)
        {
            state = _simulator.Advance(ops, state, parameters);
        }

        var departure = ops.Subtract(ops.Slice(x, -2, 1, length - 1), ops.Divide(ops.Subtract(state, mean), deviation));
        return ops.Scale(ops.Tanh(ops.Divide(departure, ops.Scale(sigma, Range))), 2);
    }
}
