using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a network's sensitivities: the state of a window and, by reverse mode, the transpose of its derivative by the values
/// observed.</summary>
/// <param name="network">The network.</param>
/// <param name="context">Its task.</param>
internal sealed class ImpactGraph(AssimilationNetwork network, AssimilationContext context)
    : ModelGraph(ModelRoles.Impact, "Observations of a window and sensitivities of the state at its centre to sensitivities of the observed values.")
{
    private const long Stream = 0x1A7;

    private readonly AnalysisGraph _analysis = new(network, context, isStretch: false);

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs =>
        [.. _analysis.Inputs, new(ModelFolder.StateSensitivities, $"{ModelTensor.Batch}, {context.Layout.Size}")];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs =>
        [_analysis.Outputs[0], new(ModelFolder.ObservationSensitivities, $"{ModelTensor.Batch}, {(2 * network.HalfWidth) + 1}, {context.SiteCount}")];

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
    {
        var tape = new NetworkTape<T>(ops);
        var window = tape.Input(inputs[0]);
        var state = network.Analyze(tape, weights.Select(tape.Fixed), window).State;
        tape.AddGradient(state, inputs[1]);
        tape.Backward();
        var values = ops.RemoveAxis(ops.Slice(window.Gradient!, -3, 0, 1), -3);
        return [state.Value, values];
    }

    /// <inheritdoc/>
    /// <remarks>Sensitivities of size 1 over the climatology's deviation.</remarks>
    public override float[]? Draw(ModelTensor input, int batch, ulong seed)
    {
        if (input.Name != ModelFolder.StateSensitivities)
        {
            return _analysis.Draw(input, batch, seed);
        }

        var (random, deviation) = (new CounterRandom(seed, Stream), context.Climatology.Deviation);
        return [.. Enumerable.Range(0, batch * deviation.Length).Select(i => (float)(random.NextGaussian() / deviation[i % deviation.Length]))];
    }
}
