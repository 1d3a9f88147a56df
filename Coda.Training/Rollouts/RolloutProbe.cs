using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Networks;

namespace Coda.Training.Rollouts;

/// <summary>How far a simulator can be rolled out from states like those that a record shows, before anything is learned.</summary>
/// <remarks>The states are drawn within one deviation of the climatology's mean, as the analyses of a network are that has not learned yet. A pure function of
/// its arguments.</remarks>
public static class RolloutProbe
{
    private const int MostStates = 32;
    private const int MostEntries = 1 << 16;
    private const int MostHalvings = 6;
    private const int LeastCovered = 25; // what grows slowly shows late
    private const double FarDeviations = 30;

    /// <summary>The number of steps in which no state goes astray, thirty of the climatology's deviations away.</summary>
    /// <param name="simulator">The simulator.</param>
    /// <param name="parameters">The values of all its parameters.</param>
    /// <param name="climatology">The record's climatology.</param>
    /// <param name="most">The most steps to try.</param>
    /// <param name="forcing">The record's forcing, where the system has one.</param>
    public static int FiniteSteps(
        Simulator simulator, IReadOnlyDictionary<string, double> parameters, Climatology climatology, int most, ForcingSeries? forcing = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(climatology);
        var (ops, size) = (new BufferAlgebra<double>(), climatology.Mean.Length);
        var (state, far) = (States(climatology), FarDeviations * climatology.Deviation.Max());
        for (var step = 0; step < most; step++)
        {
            var values = ParameterValues<NdArray<double>>.Constants(ops, parameters);
            state = simulator.Advance(ops, state, forcing is null ? values : values.Forced(simulator.System.Forcing, Over(ops, forcing, simulator, step)));
            ops.Recycle(state);
            var reached = state.Span;
            for (var i = 0; i < reached.Length; i++)
            {
                if (!(Math.Abs(reached[i] - climatology.Mean[i % size]) <= far))
                {
                    return step;
                }
            }
        }

        return most;
    }

    /// <summary>What is wrong with a simulator that goes astray because its step is too long for its scheme, and what helps.</summary>
    /// <param name="simulator">The simulator.</param>
    /// <param name="parameters">The values of all its parameters.</param>
    /// <param name="climatology">The record's climatology.</param>
    /// <param name="steps">The number of its steps that shorter ones have to cover.</param>
    /// <param name="forcing">The record's forcing, where the system has one.</param>
    /// <returns><see langword="null"/> where shorter steps go astray, too, so that the system itself grows.</returns>
    public static string? StepFault(
        Simulator simulator, IReadOnlyDictionary<string, double> parameters, Climatology climatology, int steps, ForcingSeries? forcing = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        for (var halvings = 1; halvings <= MostHalvings; halvings++)
        {
            var most = Math.Max(steps, LeastCovered) << halvings;
            var finer = new Simulator(simulator.System, simulator.Integrator, simulator.StepLength / (1 << halvings));
            if (FiniteSteps(finer, parameters, climatology, most, forcing) == most)
            {
                return FormattableString.Invariant(
                    $"System '{Catalog<DynamicalSystem>.NameOf(simulator.System.GetType())}' goes astray from states like the record's at steps of ")
                    + FormattableString.Invariant($"{simulator.StepLength:G6}, not at steps of {finer.StepLength:G6}: import the observations with a ")
                    + "--step-length of at most that";
            }
        }

        return null;
    }

    // That of the first trajectory, over and over; over the record's step in which a shorter one lies. [1, 2, channel]
    internal static NdArray<double> Over(BufferAlgebra<double> ops, ForcingSeries forcing, Simulator simulator, int step)
    {
        var values = forcing.Over(0, forcing.Recurring(0, (long)(step * simulator.StepLength / forcing.StepLength)));
        return ops.From(values, 1, 2, forcing.Channels);
    }

    private static NdArray<double> States(Climatology climatology)
    {
        var size = climatology.Mean.Length;
        var (count, random) = (Math.Clamp(MostEntries / size, 2, MostStates), new CounterRandom(1));
        var states = new double[count * size];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = climatology.Mean[i % size] + (climatology.Deviation[i % size] * ((2 * random.NextUniform()) - 1));
        }

        return new NdArray<double>(states, count, size);
    }
}
