using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of one cycle: forecast, newest observations and memory to analysis, spread, members, memory and gain.</summary>
/// <param name="network">The network.</param>
/// <param name="context">Its task.</param>
internal sealed class CycleGraph(CycleNetwork network, AssimilationContext context) : ModelGraph(
    ModelRoles.Cycle, "Forecasts, the newest observations and a memory to the analysis, its spread, what is forecast next, the next memory and the gain.")
{
    private const long Stream = 0xC1C;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs =>
    [
        new(ModelFolder.Background, $"{ModelTensor.Batch}, {network.Members}, {context.Layout.Size}"),
        new(ModelFolder.Newest, $"{ModelTensor.Batch}, 2, {context.SiteCount}"),
        new(ModelFolder.Memory, $"{ModelTensor.Batch}, {network.MemoryChannels}, {network.Points}"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs =>
    [
        new(ModelFolder.State, $"{ModelTensor.Batch}, {context.Layout.Size}"),
        new(ModelFolder.Spread, $"{ModelTensor.Batch}, {context.Layout.Size}"),
        new(ModelFolder.Members, $"{ModelTensor.Batch}, {network.Members}, {context.Layout.Size}"),
        new(ModelFolder.NextMemory, $"{ModelTensor.Batch}, {network.MemoryChannels}, {network.Points}"),
        .. network.GainChannels == 0 ? (IEnumerable<ModelTensor>)[] : [new(ModelFolder.Gain, $"{ModelTensor.Batch}, {network.GainChannels}, {network.Points}")],
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
    {
        var analysis = network.Analyze(ops, weights, inputs[0], inputs[1], inputs[2]);
        T[] others = [analysis.State, network.Spread(ops, weights, analysis.Features), analysis.Members, analysis.Memory];
        return network.GainChannels == 0 ? others : [.. others, analysis.Gain];
    }

    /// <inheritdoc/>
    /// <remarks>Forecasts of the climatology's mean and spread, half of the sites observed, memories in ±1.</remarks>
    public override float[] Draw(ModelTensor input, int batch, ulong seed)
    {
        var (mean, deviation) = (context.Climatology.Mean, context.Climatology.Deviation);
        var random = new CounterRandom(seed, Stream, input.Name.Length);
        switch (input.Name)
        {
            case ModelFolder.Background:
                return [.. Enumerable.Range(0, batch * network.Members * mean.Length)
                    .Select(i => (float)(mean[i % mean.Length] + (deviation[i % mean.Length] * random.NextGaussian())))];
            case ModelFolder.Memory:
                return [.. Enumerable.Range(0, batch * network.MemoryChannels * network.Points).Select(_ => (float)((2 * random.NextUniform()) - 1))];
            default:
                return Observations(batch, ref random);
        }
    }

    private float[] Observations(int batch, ref CounterRandom random)
    {
        var (sites, climatology) = (context.SiteCount, context.Climatology);
        var observations = new float[batch * 2 * sites];
        for (var row = 0; row < batch; row++)
        {
            for (var site = 0; site < sites; site++)
            {
                if (random.NextUniform() < 0.5)
                {
                    var entry = context.Locations[site];
                    var z = climatology.Mean[entry] + (climatology.Deviation[entry] * random.NextGaussian());
                    observations[(2 * row * sites) + site] = context.Coordinates?.Observe(entry, z) ?? (float)z;
                    observations[(((2 * row) + 1) * sites) + site] = 1;
                }
            }
        }

        return observations;
    }
}
