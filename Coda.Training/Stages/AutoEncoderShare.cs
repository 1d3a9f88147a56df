using Coda.Data.Foundation;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of states that an auto-encoder is trained on.</summary>
/// <param name="stage">What is trained.</param>
/// <param name="weights">The auto-encoder's weights.</param>
/// <param name="rows">The rows of the batch, half-open.</param>
/// <param name="device">Where to compute.</param>
internal sealed class AutoEncoderShare(AutoEncoderStage stage, Weights<Tensor> weights, Range rows, Device device)
    : StatesShare<AutoEncoder>(stage, rows, device, Stream, length: 1, every: 1, compared: 1)
{
    private const long Stream = 0xAE1;

    /// <inheritdoc/>
    protected override string What => "sound states";

    /// <inheritdoc/>
    protected override string Cure => "autoEncoder.spinUpSteps";

    /// <inheritdoc/>
    protected override double NoiseOf(int row, bool heldOut, ref CounterRandom random) => heldOut ? 0 : stage.Experiment.AutoEncoder!.Noise;

    /// <inheritdoc/>
    protected override Tensor Squares()
    {
        var decoded = stage.Network.Decode(Ops, weights, stage.Network.Encode(Ops, weights, Noisy.squeeze(1)));
        var error = (decoded - States.squeeze(1)) / Deviation;
        return error * error;
    }
}
