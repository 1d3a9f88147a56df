using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>½ Σ |x_k - M(x_{k-1})|² in units of the climatology's deviation, M the simulator with parameters that are weights here.</summary>
internal sealed class SimulatorEnergy : TrajectoryEnergy
{
    private const double Most = 6; // deviations, softly: a step from farther off might not be finite

    private readonly AssimilationContext _context;
    private readonly TrainedDynamics _dynamics;

    /// <summary>Declares the energy.</summary>
    /// <param name="context">The task, with its dynamics.</param>
    /// <exception cref="ArgumentException">There are none, or they are forced.</exception>
    public SimulatorEnergy(AssimilationContext context)
    {
        _dynamics = context.Dynamics ?? throw new ArgumentException(
            "variational-solver: prior: expected a task with a simulator, got none; take prior=experts.");
        if (_dynamics.Simulator.System.Forcing.Count > 0)
        {
            throw new ArgumentException(
                $"variational-solver: prior: expected a system without forcing, got {_dynamics.Simulator.System.GetType().Name}; take prior=experts.");
        }

        _context = context;
    }

    /// <inheritdoc/>
    public override int Reach => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions =>
        [.. _dynamics.Trained.Select(name => new WeightDefinition(Weight(name), [1], WeightStart.Given) { Value = _dynamics.Parameters[name] })];

    /// <inheritdoc/>
    public override T Gradient<T>(INetworkAlgebra<T> ops, Weights<T> weights, T x)
    {
        // Reverse mode of M alone, at every step at once; a kernel takes what comes of a step to the next.
        var tape = new Tape<T>(ops);
        var states = tape.Input(Rows(ops, x));
        var next = Next(tape, states, weights.Select(tape.Fixed));
        var departure = ops.Subtract(x, Moved(ops, Fields(ops, next.Value), later: true));
        tape.AddGradient(next, ops.Scale(Rows(ops, Moved(ops, departure, later: false)), -1));
        tape.Backward();
        return ops.Add(departure, Fields(ops, states.Gradient!));
    }

    private static string Weight(string parameter) => $"prior.{parameter}";

    private Variable<T> Next<T>(Tape<T> tape, Variable<T> rows, Weights<Variable<T>> weights)
    {
        var parameters = new Dictionary<string, Variable<T>>();
        foreach (var (name, value) in _dynamics.Parameters)
        {
            parameters[name] = _dynamics.Trained.Contains(name) ? tape.RemoveAxis(weights[Weight(name)], -1) : tape.Constant(value);
        }

        var (mean, deviation) = (tape.Constant(_context.Climatology.Mean), tape.Constant(_context.Climatology.Deviation));
        var bounded = tape.Scale(tape.Tanh(tape.Scale(rows, 1 / Most)), Most);
        var state = tape.Add(tape.Multiply(bounded, deviation), mean);
        var next = _dynamics.Simulator.Advance(tape, state, new ParameterValues<Variable<T>>(tape, parameters));
        return tape.Divide(tape.Subtract(next, mean), deviation);
    }

    // [batch, field, time, space] to [batch, time, field · space], and back.
    private static T Rows<T>(INetworkAlgebra<T> ops, T x) => ops.MergeLast(ops.Transpose(x, -3, -2));

    private T Fields<T>(INetworkAlgebra<T> ops, T rows) => ops.Transpose(ops.SplitLast(rows, _context.Layout.Size / _context.Channels), -3, -2);

    // What stands at a step comes from the one before (later) or after it; 0 beyond the ends.
    private T Moved<T>(INetworkAlgebra<T> ops, T x, bool later)
    {
        var fields = _context.Channels;
        var kernel = new double[fields * fields * 3];
        for (var field = 0; field < fields; field++)
        {
            kernel[(((field * fields) + field) * 3) + (later ? 0 : 2)] = 1;
        }

        var weight = ops.InsertAxis(ops.SplitLast(ops.SplitLast(ops.Constant(kernel), fields * 3), 3), -1);
        return ops.ConvolveGrid(x, weight, ops.Constant(new double[fields]), Padding.Zero, Padding.Zero);
    }
}
