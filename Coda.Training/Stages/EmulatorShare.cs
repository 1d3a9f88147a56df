using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of sequences of states that an emulator is trained on.</summary>
internal sealed class EmulatorShare : StageShare
{
    private const long Stream = 0xE41;
    private const int MostTrials = 1000;

    private readonly EmulatorStage _stage;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly int _first;
    private readonly int _rows;
    private readonly int _length;
    private readonly float[] _states; // [step, row, space]
    private readonly float[] _deviation;

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The emulator's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public EmulatorShare(EmulatorStage stage, Weights<Tensor> weights, Range rows, Device device)
    {
        (_stage, _weights, _device, _length) = (stage, weights, device, stage.Experiment.Emulator!.Length);
        (_first, _rows) = rows.GetOffsetAndLength(stage.Experiment.BatchSize);
        _states = new float[(_length + 1) * _rows * stage.Context.Layout.Size];
        _deviation = Array.ConvertAll(stage.Context.Climatology.Deviation, deviation => (float)deviation);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Counts { get; set; } = [];

    /// <inheritdoc/>
    public override void Draw(long step, bool heldOut)
    {
        var size = _deviation.Length;
        for (var row = 0; row < _rows; row++)
        {
            var random = new CounterRandom(_stage.Experiment.Seed, Stream, heldOut ? 1 : 0, step, _first + row);
            var (trajectory, start) = Draw(heldOut, ref random);
            for (var k = 0; k <= _length; k++)
            {
                _stage.States.State(trajectory, start + k).CopyTo(_states.AsSpan(((k * _rows) + row) * size, size));
            }
        }

        Counts = [(long)_length * _rows * size];
    }

    /// <inheritdoc/>
    public override StageLoss Backward(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        var loss = Misfit();
        loss.backward();
        return Loss(loss);
    }

    /// <inheritdoc/>
    public override StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Loss(Misfit());
    }

    private static StageLoss Loss(Tensor misfit) => new([misfit.item<float>()], misfit.item<float>(), new Dictionary<string, double>());

    // Where a sequence of sound states begins.
    private (int Trajectory, long Step) Draw(bool heldOut, ref CounterRandom random)
    {
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, step) = _stage.Record.StartAt(heldOut, random.NextUniform());
            if (Enumerable.Range(0, _length + 1).All(k => _stage.States.IsSound(trajectory, step + k)))
            {
                return (trajectory, step);
            }
        }

        throw new InvalidDataException(
            $"Expected sequences of {_length + 1} sound states in the {(heldOut ? "held-out tenth" : "fitted part")} of the record, got none in {MostTrials} "
                + "draws; take a smaller emulator.length or emulator.spinUpSteps, or a longer record.");
    }

    private Tensor Misfit()
    {
        var (ops, size) = (new TorchAlgebra(_device), _deviation.Length);
        var states = TorchArrays.Of(_states, _length + 1, _rows, size).to(_device);
        var memory = _stage.Network.MemorySize == 0 ? null! : zeros(_rows, _stage.Network.MemorySize, device: _device);
        var forecasts = new List<Tensor>(_length);
        for (var k = 0; k < _length; k++)
        {
            (var next, memory) = _stage.Network.Step(ops, _weights, states.select(0, k), memory);
            forecasts.Add(next);
        }

        var error = (stack(forecasts) - states.narrow(0, 1, _length)) / TorchArrays.Of(_deviation).to(_device);
        return (error * error).sum().Over(Math.Max(1, Counts[0]));
    }
}
