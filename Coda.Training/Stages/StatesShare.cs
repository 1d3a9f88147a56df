using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of states, or of several that follow each other, that a network is trained on.</summary>
/// <typeparam name="TNetwork">The kind of network.</typeparam>
internal abstract class StatesShare<TNetwork> : StageShare
    where TNetwork : ITrainable
{
    private const int MostTrials = 1000;

    private readonly StatesStage<TNetwork> _stage;
    private readonly Device _device;
    private readonly long _stream;
    private readonly int _length;
    private readonly int _every;
    private readonly int _compared;
    private readonly int _first;
    private readonly int _size;
    private readonly float[] _states; // [row, time, space]
    private readonly float[] _noisy;
    private readonly float[] _deviation; // [space]

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="stream">Tells what is drawn from what other stages draw.</param>
    /// <param name="length">The states of a row.</param>
    /// <param name="every">The steps from one of them to the next.</param>
    /// <param name="compared">How many of them are compared with the network's.</param>
    protected StatesShare(StatesStage<TNetwork> stage, Range rows, Device device, long stream, int length, int every, int compared)
    {
        (_stage, _device, _stream, _length, _every, _compared) = (stage, device, stream, length, every, compared);
        (_first, Rows) = rows.GetOffsetAndLength(stage.Experiment.BatchSize);
        _deviation = Array.ConvertAll(stage.Context.Climatology.Deviation, deviation => (float)deviation);
        _size = _deviation.Length;
        (_states, _noisy) = (new float[Rows * length * _size], new float[Rows * length * _size]);
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<long> Counts { get; set; } = [];

    /// <summary>The states as they were drawn. [row, time, space]</summary>
    internal ReadOnlySpan<float> Drawn => _states;

    /// <summary>The number of rows.</summary>
    protected int Rows { get; }

    /// <summary>What is drawn, in words, for messages.</summary>
    protected abstract string What { get; }

    /// <summary>What to make smaller where none is found, for messages.</summary>
    protected abstract string Cure { get; }

    /// <summary>The algebra of the share's device.</summary>
    protected TorchAlgebra Ops => new(_device);

    /// <summary>The states as they were drawn. [row, time, space]</summary>
    protected Tensor States => Import(_states);

    /// <summary>The same with noise. [row, time, space]</summary>
    protected Tensor Noisy => Import(_noisy);

    /// <summary>The climatology's deviations. [space]</summary>
    protected Tensor Deviation => TorchArrays.Of(_deviation).to(_device);

    /// <inheritdoc/>
    public sealed override void Draw(long step, bool heldOut)
    {
        for (var row = 0; row < Rows; row++)
        {
            var random = new CounterRandom(_stage.Experiment.Seed, _stream, heldOut ? 1 : 0, step, _first + row);
            var (trajectory, start) = Start(heldOut, ref random);
            var shifts = _stage.Turn.Draw(ref random);
            for (var k = 0; k < _length; k++)
            {
                _stage.Turn.Copy(
                    _stage.States.State(trajectory, start + (k * _every)), shifts, _states.AsSpan(((row * _length) + k) * _size, _size));
            }

            AddNoise(row, NoiseOf(row, heldOut, ref random), ref random);
        }

        Counts = [(long)Rows * _compared * _size];
    }

    /// <inheritdoc/>
    public sealed override StageLoss Backward(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        var loss = Loss();
        loss.backward();
        return Of(loss);
    }

    /// <inheritdoc/>
    public sealed override StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Of(Loss());
    }

    /// <summary>The standard deviation of the noise on a row's states, in the climatology's; 0 for none.</summary>
    /// <param name="row">The row, which was just drawn.</param>
    /// <param name="heldOut">Whether it was drawn from the held-out tenth.</param>
    /// <param name="random">Draws a level.</param>
    protected abstract double NoiseOf(int row, bool heldOut, ref CounterRandom random);

    /// <summary>The squares whose mean over the states compared is the loss, of any shape.</summary>
    protected abstract Tensor Squares();

    private static StageLoss Of(Tensor loss) => new([loss.item<float>()], loss.item<float>(), new Dictionary<string, double>());

    private void AddNoise(int row, double level, ref CounterRandom random)
    {
        for (var i = row * _length * _size; i < (row + 1) * _length * _size; i++)
        {
            _noisy[i] = level > 0 ? _states[i] + (float)(level * _deviation[i % _size] * random.NextGaussian()) : _states[i];
        }
    }

    private Tensor Import(float[] states) => TorchArrays.Of(states, Rows, _length, _size).to(_device);

    private Tensor Loss() => Squares().sum().Over(Math.Max(1, Counts[0]));

    // Where states begin that are all sound.
    private (int Trajectory, long Step) Start(bool heldOut, ref CounterRandom random)
    {
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, step) = _stage.Task.Record.StartAt(heldOut, random.NextUniform());
            if (Enumerable.Range(0, _length).All(k => _stage.States.IsSound(trajectory, step + (k * _every))))
            {
                return (trajectory, step);
            }
        }

        throw new InvalidDataException(
            $"Expected {What} in the {(heldOut ? "held-out tenth" : "fitted part")} of the record, got none in {MostTrials} draws; take a smaller {Cure}, or a "
                + "longer record.");
    }
}
