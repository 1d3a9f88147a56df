using Coda.Data.Foundation;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of sequences of states that an emulator is trained on.</summary>
internal sealed class EmulatorShare : StatesShare<Emulator>
{
    private const long Stream = 0xE41;

    private readonly Emulator _network;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly int _length;

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The emulator's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public EmulatorShare(EmulatorStage stage, Weights<Tensor> weights, Range rows, Device device)
        : base(stage, rows, device, Stream, stage.Experiment.Emulator!.Length + 1, every: 1, compared: stage.Experiment.Emulator.Length) =>
        (_network, _weights, _device, _length) = (stage.Network, weights, device, stage.Experiment.Emulator.Length);

    /// <inheritdoc/>
    protected override string What => $"sequences of {_length + 1} sound states";

    /// <inheritdoc/>
    protected override string Cure => "emulator.length or emulator.spinUpSteps";

    /// <inheritdoc/>
    protected override double NoiseOf(int row, bool heldOut, ref CounterRandom random) => 0;

    /// <inheritdoc/>
    protected override Tensor Squares()
    {
        var states = States.transpose(0, 1).contiguous(); // [step, row, space]
        var memory = _network.MemorySize == 0 ? null! : zeros(Rows, _network.MemorySize, device: _device);
        var forecasts = new List<Tensor>(_length);
        for (var k = 0; k < _length; k++)
        {
            (var next, memory) = _network.Step(Ops, _weights, states.select(0, k), memory);
            forecasts.Add(next);
        }

        var error = (stack(forecasts) - states.narrow(0, 1, _length)) / Deviation;
        return error * error;
    }
}
