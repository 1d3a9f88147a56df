using Coda.Data.Cards;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a decoder: latent numbers to a state.</summary>
/// <param name="network">The auto-encoder.</param>
/// <param name="context">Its task.</param>
internal sealed class DecoderGraph(AutoEncoder network, AssimilationContext context) : ModelGraph(ModelRoles.Decoder, "Latent numbers to a state.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs => [new(ModelFolder.Latent, $"{ModelTensor.Batch}, {network.LatentSize}")];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs => [new(ModelFolder.Decoded, $"{ModelTensor.Batch}, {context.Layout.Size}")];

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
        [network.Decode(ops, weights, inputs[0])];
}
