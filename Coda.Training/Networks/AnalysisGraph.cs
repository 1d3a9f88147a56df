using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a network: of windows, or of a stretch.</summary>
/// <param name="network">The network; of stretches, one that has that form.</param>
/// <param name="context">Its task.</param>
/// <param name="isStretch">Whether it reads a stretch.</param>
internal sealed class AnalysisGraph(AssimilationNetwork network, AssimilationContext context, bool isStretch) : ModelGraph(
    isStretch ? ModelRoles.AnalysisStretch : ModelRoles.Analysis,
    isStretch ? "Observations of a contiguous stretch to the states of its full windows." : "Observations of a window to the state at its centre.")
{
    private const string Steps = "stretch";
    private const long Stream = 0x4EF;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs =>
        [new(ModelFolder.Observations, $"{(isStretch ? $"{Channels}, {Steps}" : $"{ModelTensor.Batch}, {Channels}, {Length}")}, {context.SiteCount}")];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs
    {
        get
        {
            var axes = $"{(isStretch ? $"{Steps} - {Length - 1}" : ModelTensor.Batch)}, {context.Layout.Size}";
            return network.HasSpread ? [new(ModelFolder.State, axes), new(ModelFolder.Spread, axes)] : [new(ModelFolder.State, axes)];
        }
    }

    /// <inheritdoc/>
    public override bool HasReference => !isStretch;

    private int Channels => network.InputChannels;

    private int Length => (2 * network.HalfWidth) + 1;

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
    {
        var analysis = isStretch ? ((IStretchNetwork)network).AnalyzeStretch(ops, weights, inputs[0]) : network.Analyze(ops, weights, inputs[0]);
        return analysis.Spread is { } spread ? [analysis.State, spread()] : [analysis.State];
    }

    /// <inheritdoc/>
    /// <remarks>A quarter of the entries observed, of the climatology's mean and spread, with errors of half to twice those of training where the network reads
    /// them.</remarks>
    public override float[] Draw(ModelTensor input, int batch, ulong seed)
    {
        var random = new CounterRandom(seed, Stream);
        var (mean, deviation) = (context.Climatology.Mean[0], context.Climatology.Deviation[0]);
        var (size, scales, coordinates) = (Length * context.SiteCount, context.Scales, context.Coordinates);
        var windows = new float[batch * Channels * size];
        for (var row = 0; row < batch; row++)
        {
            var window = windows.AsSpan(row * Channels * size, Channels * size);
            for (var i = 0; i < size; i++)
            {
                if (random.NextUniform() < 0.25)
                {
                    var z = mean + (deviation * random.NextGaussian());
                    window[i] = coordinates?.Observe(context.Locations[i % context.SiteCount], z) ?? (float)z;
                    window[size + i] = 1;
                    if (Channels > 2)
                    {
                        window[(2 * size) + i] = (scales?[context.Locations[i % context.SiteCount]] ?? 1)
                            * (float)(context.Sigma * Math.Pow(4, random.NextUniform() - 0.5));
                    }
                }
            }
        }

        return windows;
    }
}
