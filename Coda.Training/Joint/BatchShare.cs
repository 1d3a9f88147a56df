using Coda.Training.Algebra;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Rollouts;
using static TorchSharp.torch;

namespace Coda.Training.Joint;

/// <summary>One thread's share of every batch: its rows, its own gradients, its own tape.</summary>
/// <remarks>
/// Threads that each take whole rows wait for each other once a step; threads inside LibTorch's operations wait at each of them. The first share works on
/// the weights themselves, the others on aliases. Not thread-safe: one thread at a time.
/// </remarks>
internal sealed class BatchShare : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly Device _device;
    private readonly WeightStore _network;
    private readonly WeightStore? _correction;
    private readonly IRolloutRoute _route;
    private readonly bool _ownsWeights;

    /// <summary>Makes a share.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="network">The network's weights, or an alias.</param>
    /// <param name="correction">The correction's weights, or an alias; <see langword="null"/> for none.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="ownsWeights">Whether the weights are aliases that end with the share.</param>
    public BatchShare(TrainingSetup setup, WeightStore network, WeightStore? correction, Range rows, Device device, bool ownsWeights)
    {
        (_setup, _network, _correction, _device, _ownsWeights) = (setup, network, correction, device, ownsWeights);
        var experiment = setup.Experiment;
        var (first, count) = rows.GetOffsetAndLength(experiment.BatchSize);
        Batch = new TrainingBatch(
            setup.Record, count, experiment.RolloutLength, setup.LaterOffset, setup.Sigma, setup.Simulator.System.Layout.Size, first, experiment.BatchSize,
            experiment.WithholdingFraction, setup.Reanalysis, setup.Network.InputChannels)
        {
            Redrawn = setup.Redrawn,
            RedrawsHeldOut = setup.ValidatesByLikelihood,
        };
        _route = correction is null && device.type == TorchSharp.DeviceType.CPU
            ? new TapeRoute(setup.Loss)
            : new TorchRoute(setup.Loss, correction?.View(), device);
    }

    /// <summary>The share's rows.</summary>
    public TrainingBatch Batch { get; }

    /// <summary>Evaluates the loss of the rows drawn and sets the gradients of the share's weights.</summary>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    /// <param name="trained">The names of those to differentiate by.</param>
    public RolloutGradient Backward(IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        using var scope = NewDisposeScope();
        if (!_setup.Network.HasSpread)
        {
            return _route.Backward(_setup.Network.Analyze(Ops(isTraining: true), _network.View(), Windows()), Batch.Observations, parameters, trained);
        }

        var (analyses, spread) = _setup.Network.AnalyzeWithSpread(Ops(isTraining: true), _network.View(), Windows());
        Weigh(spread);
        var gradient = _route.Backward(analyses, Batch.Observations, parameters, trained);
        var likelihood = SpreadOf(analyses.detach(), spread);
        likelihood.backward();
        return gradient with { SpreadLikelihood = likelihood.item<float>() };
    }

    /// <summary>Evaluates the loss of the rows drawn.</summary>
    /// <param name="parameters">The values of all of the simulator's parameters.</param>
    public RolloutGradient Evaluate(IReadOnlyDictionary<string, double> parameters)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        if (_setup.ValidatesByLikelihood)
        {
            var (analyses, spread) = _setup.Network.AnalyzeWithSpread(Ops(isTraining: false), _network.View(), Windows());
            return new RolloutGradient([], SpreadOf(analyses, spread).item<float>(), new Dictionary<string, double>());
        }

        return _route.Evaluate(_setup.Network.Analyze(Ops(isTraining: false), _network.View(), Windows()), Batch.Observations, parameters);
    }

    /// <summary>Adds the share's gradients to the weights they are aliases of.</summary>
    /// <param name="network">The network's weights.</param>
    /// <param name="correction">The correction's weights.</param>
    public void GiveGradients(WeightStore network, WeightStore? correction)
    {
        network.TakeGradients(_network);
        correction?.TakeGradients(_correction!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsWeights)
        {
            _network.Dispose();
            _correction?.Dispose();
        }
    }

    private void Weigh(Tensor spread)
    {
        if (_setup.Experiment.Reanalysis?.ErrorScale is { } scale && Batch.Observations.Reanalysis is not null)
        {
            var least = scale * scale * _setup.Sigma * _setup.Sigma;
            Batch.Observations.ReanalysisWeights = Array.ConvertAll(TorchArrays.Plain(spread.detach()), s => (float)(least / (least + ((double)s * s))));
        }
    }

    private TorchAlgebra Ops(bool isTraining) => new(_device, isTraining, isTraining ? _setup.Experiment.Precision : ConvolutionPrecision.Float32);

    private Tensor Windows() => TorchArrays
        .Of(Batch.Windows, 2 * Batch.Observations.BatchSize, Batch.Channels, _setup.Record.Windows.Length, _setup.Archive.SiteCount).to(_device);

    // The mean over the reanalysis's entries at the centres, or else over the withheld observations there: those of the first windows, and of the later ones where they lie on the rollout.
    private Tensor SpreadOf(Tensor analyses, Tensor spread)
    {
        var observations = Batch.Observations;
        var (batch, ops) = (observations.BatchSize, Ops(isTraining: true));
        if (observations.Reanalysis is { } states)
        {
            Tensor Imported(float[] values) => TorchArrays.Of(values, analyses.shape).to(_device);
            var precisions = Enumerable.Repeat((float)(1 / SpreadCalibration.StateVariance(_setup)), states.Length).ToArray();
            return SpreadLikelihood.Sum(ops, _setup.WholeState, analyses, spread, Imported(states), Imported(precisions)).Over(2 * observations.StateCount);
        }

        var sum = At(0, 0);
        if (_setup.LaterOffset == 0)
        {
            sum = sum.Plus(At(observations.Leads - 1, batch));
        }

        return sum.Over(Math.Max(1, observations.CentreCount));

        Tensor At(int lead, int first) => SpreadLikelihood.Sum(
            ops, _setup.Operator, analyses.narrow(0, first, batch), spread.narrow(0, first, batch), Import(observations.ValuesAt(lead)), Import(observations.PrecisionsAt(lead)));

        Tensor Import(ReadOnlySpan<float> values) => TorchArrays.Of(values, batch, observations.SiteCount).to(_device);
    }
}
