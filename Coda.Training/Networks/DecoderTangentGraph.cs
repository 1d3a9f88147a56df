using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a decoder's tangent, by dual numbers: latent numbers and perturbations of them to a state and perturbations of it.</summary>
/// <param name="network">The auto-encoder.</param>
/// <param name="context">Its task.</param>
internal sealed class DecoderTangentGraph(AutoEncoder network, AssimilationContext context)
    : ModelGraph(ModelRoles.DecoderTangent, "Latent numbers and perturbations of them to a state and perturbations of it.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs =>
    [
        new(ModelFolder.Latent, $"{ModelTensor.Batch}, {network.LatentSize}"),
        new(ModelFolder.LatentPerturbations, $"{ModelTensor.Batch}, member, {network.LatentSize}"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs =>
    [
        new(ModelFolder.Decoded, $"{ModelTensor.Batch}, {context.Layout.Size}"),
        new(ModelFolder.DecodedPerturbations, $"{ModelTensor.Batch}, member, {context.Layout.Size}"),
    ];

    /// <inheritdoc/>
    public override bool HasReference => false;

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
    {
        var duals = new DualAlgebra<T>(ops);
        var latent = duals.Variable(ops.InsertAxis(inputs[0], -2), inputs[1]); // [batch, member, latent]
        var state = network.Decode(duals, weights.Select(duals.Fixed), latent);
        return [ops.RemoveAxis(state.Primal, -2), state.Tangent!];
    }
}
