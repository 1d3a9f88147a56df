using Coda.Training.Algebra;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Rollouts;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>A share of a stage whose rows are rollouts from a window's analysis to a later one's.</summary>
internal sealed class RolloutShare : StageShare
{
    private readonly TrainingSetup _setup;
    private readonly Device _device;
    private readonly Weights<Tensor> _network;
    private readonly IRolloutRoute _route;
    private readonly TrainingBatch _batch;
    private readonly string[] _trained;
    private readonly bool _takesWindowsInTurn;

    /// <summary>Makes a share.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="weights">The weights of the network, then of the correction where there is one.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public RolloutShare(TrainingSetup setup, IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device)
    {
        (_setup, _network, _device, _trained) = (setup, weights[0], device, [.. setup.Trained.Keys]);
        var correction = weights.ElementAtOrDefault(1);
        var experiment = setup.Experiment;
        var (first, count) = rows.GetOffsetAndLength(experiment.BatchSize);
        _batch = new TrainingBatch(
            setup.Record, count, experiment.RolloutLength, setup.LaterOffset, setup.Sigma, setup.Simulator.System.Layout.Size, first, experiment.BatchSize,
            experiment.WithholdingFraction, setup.Reanalysis, setup.Network.InputChannels, setup.Scales, setup.Forcing)
        {
            Redrawn = setup.Redrawn,
            RedrawsHeldOut = setup.ValidatesByLikelihood,
        };
        _route = correction is null && device.type == TorchSharp.DeviceType.CPU
            ? new TapeRoute(setup.Loss, experiment.Recomputes)
            : new TorchRoute(setup.Loss, correction, device, experiment.Recomputes);
        _takesWindowsInTurn = experiment.Recomputes && !setup.Network.HasSpread && setup.Network.WeightDefinitions.All(d => d.IsTrained);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Counts
    {
        get => [_batch.Observations.ObservedCount, _batch.Observations.CentreCount];
        set => (_batch.Observations.ObservedCount, _batch.Observations.CentreCount) = (value[0], value[1]);
    }

    /// <inheritdoc/>
    public override void Draw(long step, bool heldOut)
    {
        var experiment = _setup.Experiment;
        var (blanking, nowcasts) = _setup.Network.IsBlanked && !heldOut ? (experiment.BlankingProbability, experiment.NowcastProbability) : (0, 0);
        _batch.Draw(experiment.Seed, step, heldOut, blanking, nowcasts);
    }

    /// <inheritdoc/>
    public override StageLoss Backward(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        if (_takesWindowsInTurn)
        {
            return BackwardInTurn(numbers);
        }

        var analysis = _setup.Network.Analyze(Ops(isTraining: true), _network, Windows());
        if (analysis.Spread?.Invoke() is not { } spread)
        {
            return Loss(_route.Backward(analysis.State, _batch.Observations, numbers, _trained));
        }

        Weigh(spread);
        var gradient = _route.Backward(analysis.State, _batch.Observations, numbers, _trained);
        var likelihood = SpreadOf(analysis.State.detach(), spread);
        likelihood.backward();
        return Loss(gradient, likelihood.item<float>());
    }

    // The layers of one window at a time are in memory with all that their derivatives need.
    private StageLoss BackwardInTurn(IReadOnlyDictionary<string, double> numbers)
    {
        var windows = Windows();
        var rows = new List<Tensor>();
        using (no_grad())
        {
            for (var row = 0; row < windows.shape[0]; row++)
            {
                using var each = NewDisposeScope();
                rows.Add(Analyze(row).MoveToOuterDisposeScope());
            }
        }

        var analyses = cat([.. rows]).requires_grad_(true);
        var gradient = _route.Backward(analyses, _batch.Observations, numbers, _trained);
        for (var row = 0; row < windows.shape[0]; row++)
        {
            using var each = NewDisposeScope();
            Analyze(row).backward([analyses.grad!.narrow(0, row, 1)]);
        }

        return Loss(gradient);

        Tensor Analyze(int row) => _setup.Network.Analyze(Ops(isTraining: true), _network, windows.narrow(0, row, 1)).State;
    }

    /// <inheritdoc/>
    public override StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var analysis = _setup.Network.Analyze(Ops(isTraining: false), _network, Windows());
        return _setup.ValidatesByLikelihood
            ? new StageLoss([], SpreadOf(analysis.State, analysis.Spread!()).item<float>(), new Dictionary<string, double>())
            : Loss(_route.Evaluate(analysis.State, _batch.Observations, numbers));
    }

    private static StageLoss Loss(RolloutGradient gradient, double? likelihood = null) =>
        new(likelihood is { } spread ? [.. gradient.Terms, spread] : gradient.Terms, gradient.Total, gradient.Parameters);

    private void Weigh(Tensor spread)
    {
        if (_setup.Experiment.Reanalysis?.ErrorScale is { } scale && _batch.Observations.Reanalysis is not null)
        {
            var least = scale * scale * _setup.Sigma * _setup.Sigma;
            var (plain, size, scales) = (TorchArrays.Plain(spread.detach()), _batch.Observations.StateSize, _setup.Scales);
            _batch.Observations.ReanalysisWeights = [.. plain.Select((s, i) => Weight(s / (scales?[i % size] ?? 1)))];

            float Weight(double s) => (float)(least / (least + (s * s)));
        }
    }

    private TorchAlgebra Ops(bool isTraining) => new(_device, isTraining, isTraining ? _setup.Experiment.Precision : ConvolutionPrecision.Float32);

    private Tensor Windows() => TorchArrays
        .Of(_batch.Windows, 2 * _batch.Observations.BatchSize, _batch.Channels, _setup.Record.Windows.Length, _setup.Archive.SiteCount).to(_device);

    // The mean over the reanalysis's entries at the centres, or else over the withheld observations there: those of the first windows, and of the later ones
    // where they lie on the rollout.
    private Tensor SpreadOf(Tensor analyses, Tensor spread)
    {
        var observations = _batch.Observations;
        var (batch, ops) = (observations.BatchSize, Ops(isTraining: true));
        if (observations.Reanalysis is { } states)
        {
            Tensor Imported(float[] values) => TorchArrays.Of(values, analyses.shape).to(_device);
            var precisions = states.Select((_, i) => (float)(1 / SpreadCalibration.StateVariance(_setup, i % observations.StateSize))).ToArray();
            return SpreadLikelihood.Sum(ops, _setup.WholeState, analyses, spread, Imported(states), Imported(precisions)).Over(2 * observations.StateCount);
        }

        var sum = At(0, 0);
        if (_setup.LaterOffset == 0)
        {
            sum = sum.Plus(At(observations.Leads - 1, batch));
        }

        return sum.Over(Math.Max(1, observations.CentreCount));

        Tensor At(int lead, int first)
        {
            var (values, precisions) = _setup.AsCoordinates(observations.ValuesAt(lead), observations.PrecisionsAt(lead));
            return SpreadLikelihood.Sum(
                ops, _setup.SpreadOperator, analyses.narrow(0, first, batch), spread.narrow(0, first, batch), Import(values), Import(precisions));
        }

        Tensor Import(ReadOnlySpan<float> values) => TorchArrays.Of(values, batch, observations.SiteCount).to(_device);
    }
}
