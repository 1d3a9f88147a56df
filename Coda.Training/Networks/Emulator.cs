using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Training.Networks;

/// <summary>A learned model of a step in a simulator's place, x_{k+1} = E(x_k, m_k), with a memory m that it carries itself.</summary>
/// <remarks>
/// What it was not told of the past, a recurrent network keeps in its memory; that is part of the state of the forecast model which is exported, one more
/// field behind those of the system, which nothing observes. So forecasts, ensembles and variational methods carry it along as they carry any hidden
/// variable, each member its own, and correct it as far as it goes with what is observed. Written in the operations of dynamics alone: its tangent comes from
/// dual numbers, its adjoint from a tape. A subclass is one file: sealed, with a nested <c>Options</c> record and a constructor
/// (<see cref="AssimilationContext"/>, Options), whose layout is the system's, without memory. Immutable; safe to share.
/// </remarks>
public abstract class Emulator : ITrainable
{
    /// <summary>The field of the memory in the layout of the forecast model.</summary>
    public const string Memory = "memory";

    /// <summary>Every emulator, by name; the context is an <see cref="AssimilationContext"/>.</summary>
    public static Catalog<Emulator> Catalog { get; } = new("emulator", typeof(AssimilationContext));

    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>The length of the memory; 0 for none.</summary>
    public abstract int MemorySize { get; }

    /// <summary>One step.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="state">The states of the system, as coordinates. [..., row, space]</param>
    /// <param name="memory">The memory; 0 where nothing is remembered, not to be looked at where <see cref="MemorySize"/> is 0. [..., row, memory]</param>
    /// <returns>The next states and the next memory, alike.</returns>
    public abstract (T State, T Memory) Step<T>(IAlgebra<T> ops, Weights<T> weights, T state, T memory);

    /// <summary>The layout of the forecast model: that of the system, and the memory.</summary>
    /// <param name="system">The system's layout.</param>
    /// <exception cref="ArgumentException">The system has a field of the memory's name.</exception>
    public StateLayout LayoutOf(StateLayout system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return MemorySize == 0 ? system : new StateLayout([.. system.Fields, new StateField(Memory, new Components(MemorySize))]);
    }

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ForwardGraphs.Of(new WholeStep(this, context.Layout.Size - MemorySize), context);
    }

    /// <summary>A step of states with their memory behind them.</summary>
    private sealed class WholeStep(Emulator emulator, int size) : IForwardStep
    {
        public int Channels => 0;

        public T Advance<T>(IAlgebra<T> ops, T state, T? forcing, Weights<T> weights)
        {
            if (emulator.MemorySize == 0)
            {
                return emulator.Step(ops, weights, state, default!).State;
            }

            var (next, memory) = emulator.Step(ops, weights, ops.Slice(state, -1, 0, size), ops.Slice(state, -1, size, emulator.MemorySize));
            return ops.Concat(-1, next, memory);
        }
    }
}
