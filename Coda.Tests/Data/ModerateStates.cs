using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>States on a system's attractor.</summary>
internal static class ModerateStates
{
    public const double StepLength = 0.005;

    public static Simulator Simulate(DynamicalSystem system, double stepLength = StepLength) =>
        new(system, new RungeKutta4(new RungeKutta4.Options()), stepLength);

    /// <summary>A batch of states (coordinates where fields have bounds), each spun up from the reference state with a perturbation of its own. [batch,
    /// space]</summary>
    public static Operand Of(DynamicalSystem system, int batch, int spinUp = 400)
    {
        var (size, reference) = (system.Layout.Size, system.Layout.ToWorking(system.ReferenceState()));
        var ops = new BufferAlgebra<double>();
        var random = new CounterRandom(5);
        var state = ops.Allocate(batch, size);
        for (var i = 0; i < state.Length; i++)
        {
            state.Span[i] = reference[i % size] + (0.5 * random.NextGaussian());
        }

        var simulator = Simulate(system);
        for (var step = 0; step < spinUp; step++)
        {
            state = simulator.Advance(ops, state, Over(ops, system, step));
            ops.Recycle(state);
        }

        return new Operand(state.Span.ToArray(), batch, size) { SymbolicAxis = 0 };
    }

    /// <summary>The parameters at their values, with the forcing over a step: the time, and series that follow it.</summary>
    public static ParameterValues<NdArray<double>> Over(BufferAlgebra<double> ops, DynamicalSystem system, int step)
    {
        var channels = system.Forcing.Sum(u => u.Size);
        double[] forcing = [.. Enumerable.Repeat(step * StepLength, channels), .. Enumerable.Repeat((step + 1) * StepLength, channels)];
        return ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers).Forced(system.Forcing, ops.From(forcing, 1, 2, channels));
    }

    /// <summary>The states, the parameters at their values, and the forcing at some value.</summary>
    public static Dictionary<string, Operand> WithParameters(DynamicalSystem system, int batch)
    {
        var operands = system.Parameters.ToDictionary(p => p.Name, p => Operand.Scalar(p.Default) with { Size = Math.Min(1, p.SizeFrom(p.Default)) });
        operands.Add("state", Of(system, batch));
        foreach (var (i, forcing) in system.Forcing.Index())
        {
            operands.Add(forcing.Name, Operand.Gaussian((ulong)(7 + i), forcing.Size));
        }

        return operands;
    }
}
