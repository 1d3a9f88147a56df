using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of an encoder: a state to its latent numbers.</summary>
/// <param name="network">The auto-encoder.</param>
/// <param name="context">Its task.</param>
internal sealed class EncoderGraph(AutoEncoder network, AssimilationContext context) : ModelGraph(ModelRoles.Encoder, "A state to its latent numbers.")
{
    private const long Stream = 0xAE;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs => [new(ModelFolder.State, $"{ModelTensor.Batch}, {context.Layout.Size}")];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs => [new(ModelFolder.Latent, $"{ModelTensor.Batch}, {network.LatentSize}")];

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
        [network.Encode(ops, weights, inputs[0])];

    /// <inheritdoc/>
    /// <remarks>States of the climatology's mean and deviation.</remarks>
    public override float[] Draw(ModelTensor input, int batch, ulong seed) =>
        context.DrawStates(batch, new CounterRandom(seed, Stream));
}
