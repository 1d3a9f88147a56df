using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows of segments that a score is trained on, each with noise of a level of its own.</summary>
internal sealed class ScoreShare : StatesShare<ScoreNetwork>
{
    private const long Stream = 0x5C1;

    private readonly ScoreStage _stage;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly float[] _levels; // [row, 1]
    private readonly float[] _shares; // what each row's error counts. [row, 1, 1]

    /// <summary>Makes a share.</summary>
    /// <param name="stage">What is trained.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public ScoreShare(ScoreStage stage, Weights<Tensor> weights, Range rows, Device device)
        : base(stage, rows, device, Stream, stage.Network.SegmentLength, stage.Experiment.Score!.Every, compared: stage.Network.SegmentLength)
    {
        (_stage, _weights, _device) = (stage, weights, device);
        (_levels, _shares) = (new float[Rows], new float[Rows]);
    }

    /// <inheritdoc/>
    protected override string What => "segments of sound states";

    /// <inheritdoc/>
    protected override string Cure => "score.spinUpSteps";

    /// <inheritdoc/>
    protected override double NoiseOf(int row, bool heldOut, ref CounterRandom random)
    {
        var fit = _stage.Experiment.Score!;
        var level = fit.LeastNoise * Math.Pow(fit.MostNoise / fit.LeastNoise, random.NextUniform());
        (_levels[row], _shares[row]) = ((float)level, (float)(1 + (1 / (level * level))));
        return level;
    }

    /// <inheritdoc/>
    protected override Tensor Squares()
    {
        var denoised = _stage.Network.Denoise(Ops, _weights, Noisy, TorchArrays.Of(_levels, Rows, 1).to(_device));
        var error = (denoised - States) / Deviation;
        return error * error * TorchArrays.Of(_shares, Rows, 1, 1).to(_device);
    }
}
