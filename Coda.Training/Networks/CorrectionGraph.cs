using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a correction, B(x) alone. [batch, space] to [batch, space]</summary>
/// <param name="correction">The correction.</param>
/// <param name="space">The length of a state.</param>
internal sealed class CorrectionGraph(Correction correction, int space)
    : ModelGraph(ModelRoles.Correction, "A state to the tendency that the simulator lacks.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs => [new(ModelFolder.State, $"{ModelTensor.Batch}, {space}")];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs => [new(ModelFolder.MissingTendency, $"{ModelTensor.Batch}, {space}")];

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs) =>
        [correction.Evaluate(weights, ops.Field(inputs[0])).Value];
}
