using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The graph of a score: D of segments with noise, and by reverse mode the transpose of its derivative.</summary>
/// <param name="network">The network.</param>
/// <param name="context">Its task.</param>
internal sealed class ScoreGraph(ScoreNetwork network, AssimilationContext context)
    : ModelGraph(ModelRoles.Score, "States with noise to those expected without it, and sensitivities of these to sensitivities of those.")
{
    private const long Stream = 0x5C0;
    private const double LeastNoise = 0.01;
    private const double MostNoise = 10;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Inputs =>
        [new(ModelFolder.Segment, Axes), new(ModelFolder.NoiseLevel, $"{ModelTensor.Batch}, 1"), new(ModelFolder.DenoisedSensitivities, Axes)];

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Outputs => [new(ModelFolder.Denoised, Axes), new(ModelFolder.SegmentSensitivities, Axes)];

    private string Axes => $"{ModelTensor.Batch}, {network.SegmentLength}, {context.Layout.Size}";

    /// <inheritdoc/>
    public override IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs)
    {
        var tape = new Tape<T>(ops);
        var segment = tape.Input(inputs[0]);
        var denoised = network.Denoise(tape, weights.Select(tape.Fixed), segment, tape.Fixed(inputs[1]));
        tape.AddGradient(denoised, inputs[2]);
        tape.Backward();
        return [denoised.Value, segment.Gradient!];
    }

    /// <inheritdoc/>
    /// <remarks>States of the climatology's mean and deviation with noise of all levels; sensitivities of size 1 over the deviation.</remarks>
    public override float[] Draw(ModelTensor input, int batch, ulong seed)
    {
        var (mean, deviation) = (context.Climatology.Mean, context.Climatology.Deviation);
        var (levels, states) = (new CounterRandom(seed, Stream, 0), new CounterRandom(seed, Stream, 1));
        float[] noise = [.. Enumerable.Range(0, batch).Select(_ => (float)(LeastNoise * Math.Pow(MostNoise / LeastNoise, levels.NextUniform())))];
        if (input.Name == ModelFolder.NoiseLevel)
        {
            return noise;
        }

        var isState = input.Name == ModelFolder.Segment;
        var (size, row) = (mean.Length, network.SegmentLength * mean.Length);
        var random = isState ? states : new CounterRandom(seed, Stream, 2);
        var drawn = new float[batch * row];
        for (var i = 0; i < drawn.Length; i++)
        {
            var z = random.NextGaussian();
            drawn[i] = (float)(isState
                ? mean[i % size] + (deviation[i % size] * Math.Sqrt(1 + (noise[i / row] * noise[i / row])) * z) : z / deviation[i % size]);
        }

        return drawn;
    }
}
