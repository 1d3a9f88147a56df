using Coda.Data.Algebra;
using Coda.Training.Networks;

namespace Coda.Tests.Additions;

/// <summary>An emulator without a memory, x' = x + W x + b: what it takes to add one is one file.</summary>
public sealed class AffineEmulator(AssimilationContext context, AffineEmulator.Options options) : Emulator
{
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; } =
        new WeightDefinitions().Zeros("weight", context.Layout.Size, context.Layout.Size).Zeros("bias", context.Layout.Size).List;

    public override int MemorySize => 0;

    public override (T State, T Memory) Step<T>(IAlgebra<T> ops, Weights<T> weights, T state, T memory)
    {
        var change = ops.Transpose(ops.Linear(weights["weight"], ops.Transpose(state, -2, -1)), -2, -1); // [..., row, space]
        return (ops.Add(state, ops.Scale(ops.Add(change, weights["bias"]), options.Factor)), memory);
    }

    public sealed record Options
    {
        public double Factor { get; init; } = 1;
    }
}
