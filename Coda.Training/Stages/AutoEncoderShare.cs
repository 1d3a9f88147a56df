using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of states that an auto-encoder is trained on.</summary>
internal sealed class AutoEncoderShare : StageShare
{
    private const long Stream = 0xAE1;
    private const int MostTrials = 1000;

    private readonly AutoEncoderStage _stage;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly int _first;
    private readonly int _rows;
    private readonly float[] _states; // [row, space]
    private readonly float[] _noisy;
    private readonly float[] _deviation;

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The auto-encoder's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public AutoEncoderShare(AutoEncoderStage stage, Weights<Tensor> weights, Range rows, Device device)
    {
        (_stage, _weights, _device) = (stage, weights, device);
        (_first, _rows) = rows.GetOffsetAndLength(stage.Experiment.BatchSize);
        (_states, _noisy) = (new float[_rows * stage.Context.Layout.Size], new float[_rows * stage.Context.Layout.Size]);
        _deviation = Array.ConvertAll(stage.Context.Climatology.Deviation, deviation => (float)deviation);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Counts { get; set; } = [];

    /// <inheritdoc/>
    public override void Draw(long step, bool heldOut)
    {
        var (size, noise) = (_deviation.Length, heldOut ? 0 : _stage.Experiment.AutoEncoder!.Noise);
        for (var row = 0; row < _rows; row++)
        {
            var random = new CounterRandom(_stage.Experiment.Seed, Stream, heldOut ? 1 : 0, step, _first + row);
            var state = _states.AsSpan(row * size, size);
            Draw(heldOut, ref random, state);
            for (var i = 0; i < size; i++)
            {
                _noisy[(row * size) + i] = noise > 0 ? state[i] + (float)(noise * _deviation[i] * random.NextGaussian()) : state[i];
            }
        }

        Counts = [(long)_rows * size];
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

    // A sound state of the record, turned round the ring.
    private void Draw(bool heldOut, ref CounterRandom random, Span<float> state)
    {
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, step) = _stage.Record.StartAt(heldOut, random.NextUniform());
            if (_stage.States.IsSound(trajectory, step))
            {
                RingTurn.Copy(_stage.States.State(trajectory, step), _stage.Context.Layout.Fields.Count, _stage.Turns ? random.NextUniform() : 0, state);
                return;
            }
        }

        throw new InvalidDataException(
            $"Expected sound states in the {(heldOut ? "held-out tenth" : "fitted part")} of the record, got none in {MostTrials} draws; "
                + "take a smaller autoEncoder.spinUpSteps, or a longer record.");
    }

    private Tensor Misfit()
    {
        var (ops, size) = (new TorchAlgebra(_device), _deviation.Length);
        var states = TorchArrays.Of(_states, _rows, size).to(_device);
        var noisy = TorchArrays.Of(_noisy, _rows, size).to(_device);
        var decoded = _stage.Network.Decode(ops, _weights, _stage.Network.Encode(ops, _weights, noisy));
        var error = (decoded - states) / TorchArrays.Of(_deviation).to(_device);
        return (error * error).sum().Over(Math.Max(1, Counts[0]));
    }
}
