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
            state = simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers));
            ops.Recycle(state);
        }

        return new Operand(state.Span.ToArray(), batch, size) { SymbolicAxis = 0 };
    }

    /// <summary>The states, and the parameters at their values.</summary>
    public static Dictionary<string, Operand> WithParameters(DynamicalSystem system, int batch)
    {
        var operands = system.Parameters.ToDictionary(p => p.Name, p => Operand.Scalar(p.Default));
        operands.Add("state", Of(system, batch));
        return operands;
    }
}
