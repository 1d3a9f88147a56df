using Coda.Data.Algebra;
using Coda.Training.Networks;

namespace Coda.Tests.Additions;

/// <summary>An auto-encoder whose latent numbers are the state's entries: what it takes to add one is one file.</summary>
public sealed class IdentityEncoder(AssimilationContext context, IdentityEncoder.Options options) : AutoEncoder
{
    public override IReadOnlyList<WeightDefinition> WeightDefinitions => [];

    public override int LatentSize => context.Layout.Size;

    public override T Encode<T>(IAlgebra<T> ops, Weights<T> weights, T states) => ops.Scale(states, options.Factor);

    public override T Decode<T>(IAlgebra<T> ops, Weights<T> weights, T latent) => ops.Scale(latent, 1 / options.Factor);

    public sealed record Options
    {
        public double Factor { get; init; } = 2;
    }
}
