using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of segments that a score is trained on, each with noise of a level of its own.</summary>
internal sealed class ScoreShare : StageShare
{
    private const long Stream = 0x5C1;
    private const int MostTrials = 1000;

    private readonly ScoreStage _stage;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly int _first;
    private readonly int _rows;
    private readonly int _length;
    private readonly float[] _states; // [row, time, space]
    private readonly float[] _noisy;
    private readonly float[] _levels; // [row, 1]
    private readonly float[] _shares; // what each row's error counts. [row, 1, 1]
    private readonly float[] _deviation;

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public ScoreShare(ScoreStage stage, Weights<Tensor> weights, Range rows, Device device)
    {
        (_stage, _weights, _device) = (stage, weights, device);
        (_first, _rows) = rows.GetOffsetAndLength(stage.Experiment.BatchSize);
        _length = stage.Network.SegmentLength;
        _deviation = Array.ConvertAll(stage.Context.Climatology.Deviation, deviation => (float)deviation);
        (_states, _noisy) = (new float[_rows * _length * _deviation.Length], new float[_rows * _length * _deviation.Length]);
        (_levels, _shares) = (new float[_rows], new float[_rows]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Counts { get; set; } = [];

    /// <inheritdoc/>
    public override void Draw(long step, bool heldOut)
    {
        var (size, fit) = (_deviation.Length, _stage.Experiment.Score!);
        for (var row = 0; row < _rows; row++)
        {
            var random = new CounterRandom(_stage.Experiment.Seed, Stream, heldOut ? 1 : 0, step, _first + row);
            Draw(heldOut, ref random, _states.AsSpan(row * _length * size, _length * size));
            var level = fit.LeastNoise * Math.Pow(fit.MostNoise / fit.LeastNoise, random.NextUniform());
            (_levels[row], _shares[row]) = ((float)level, (float)(1 + (1 / (level * level))));
            for (var i = row * _length * size; i < (row + 1) * _length * size; i++)
            {
                _noisy[i] = _states[i] + (float)(level * _deviation[i % size] * random.NextGaussian());
            }
        }

        Counts = [(long)_rows * _length * size];
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

    // A segment of the record all of whose states are sound, turned round the ring.
    private void Draw(bool heldOut, ref CounterRandom random, Span<float> segment)
    {
        var (size, every) = (_deviation.Length, _stage.Experiment.Score!.Every);
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, step) = _stage.Record.StartAt(heldOut, random.NextUniform());
            if (Enumerable.Range(0, _length).All(k => _stage.States.IsSound(trajectory, step + (k * every))))
            {
                var share = _stage.Turns ? random.NextUniform() : 0;
                for (var k = 0; k < _length; k++)
                {
                    RingTurn.Copy(_stage.States.State(trajectory, step + (k * every)), _stage.Context.Layout.Fields.Count, share,
                        segment.Slice(k * size, size));
                }

                return;
            }
        }

        throw new InvalidDataException(
            $"Expected segments of sound states in the {(heldOut ? "held-out tenth" : "fitted part")} of the record, got none in {MostTrials} draws; "
                + "take a smaller score.spinUpSteps, or a longer record.");
    }

    private Tensor Misfit()
    {
        var (ops, size) = (new TorchAlgebra(_device), _deviation.Length);
        var states = TorchArrays.Of(_states, _rows, _length, size).to(_device);
        var noisy = TorchArrays.Of(_noisy, _rows, _length, size).to(_device);
        var denoised = _stage.Network.Denoise(ops, _weights, noisy, TorchArrays.Of(_levels, _rows, 1).to(_device));
        var error = (denoised - states) / TorchArrays.Of(_deviation).to(_device);
        return (error * error * TorchArrays.Of(_shares, _rows, 1, 1).to(_device)).sum().Over(Math.Max(1, Counts[0]));
    }
}
