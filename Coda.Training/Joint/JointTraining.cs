using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Losses;
using Coda.Training.Natives;
using Coda.Training.Networks;
using Coda.Training.Rollouts;
using static TorchSharp.torch;

namespace Coda.Training.Joint;

/// <summary>Trains assimilation network, simulator parameters and correction jointly, from observations alone.</summary>
/// <remarks>Zinchenko and Greenberg (2024), eqs. 5-7. One backward pass a step; an optimizer group each. Not thread-safe.</remarks>
public sealed class JointTraining : IDisposable
{
    private const int ValidationBatches = 8;

    private readonly TrainingSetup _setup;
    private readonly Experiment _experiment;
    private readonly string _checkpointPath;
    private readonly Device _device;
    private readonly WeightStore _network;
    private readonly WeightStore _averaged;
    private readonly WeightStore? _correction;
    private readonly WeightStore? _averagedCorrection;
    private readonly Adam _networkAdam;
    private readonly Adam? _spreadAdam;
    private readonly Adam? _correctionAdam;
    private readonly ScalarAdam _parameterAdam;
    private readonly IProgress<string>? _notices;
    private readonly TrainingIdentity _identity;
    private BatchShares _shares;
    private BatchShares _averagedShares;
    private int _step;
    private double? _validation;
    private double? _bestValidation;
    private int _looksSinceBest;
    private Dictionary<string, double> _bestParameters = [];
    private IReadOnlyDictionary<string, float[]> _best;

    /// <summary>Prepares a run, of its joint stage or, given a reanalysis, of the stage that fits the network to it; continues from the checkpoint where there is one.</summary>
    /// <param name="experiment">What to train and how.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="checkpointPath">Where the run keeps its checkpoint; its folder must exist.</param>
    /// <param name="device">Where to train; the CPU by default.</param>
    /// <param name="threads">The number of threads, LibTorch's included; one for each core by default. The bits of a run depend on it.</param>
    /// <param name="notices">Told, a line each, of what had to be changed to go on: a batch in parts where a GPU's memory is exhausted. With nobody to tell, that is an error instead.</param>
    /// <param name="later">The later stage: what to start from and the states to fit; the joint stage by default.</param>
    /// <exception cref="ArgumentException">The experiment and the archive do not fit.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or belongs to another experiment, archive or reanalysis.</exception>
    public JointTraining(
        Experiment experiment, IObservationArchive archive, string checkpointPath, Device? device = null, int? threads = null, IProgress<string>? notices = null,
        ReanalysisStage? later = null)
    {
        LibTorch.Load(); // before anything else of it
        var whole = experiment;
        experiment = later is null ? experiment with { Reanalysis = null } : later.Of(experiment);
        _setup = new TrainingSetup(experiment, archive, later?.Reanalysis, later?.Start.Context);
        ReanalysisStage.Require(_setup, whole, archive);
        later?.Require(_setup);
        (_experiment, _checkpointPath, _device, _notices) = (experiment, checkpointPath, device ?? CPU, notices);
        _identity = new TrainingIdentity(experiment, archive.Description) { Reanalysis = later?.Reanalysis.Hash };

        WeightStore Store(IReadOnlyList<WeightDefinition> definitions, ulong stream) => new(definitions, experiment.Seed ^ stream, _device);
        (_network, _averaged) = (Store(_setup.Network.WeightDefinitions, 0), Store(_setup.Network.WeightDefinitions, 0));
        _networkAdam = new Adam(_network.TrainedOf(isSpread: false));
        _spreadAdam = _setup.Network.HasSpread ? new Adam(_network.TrainedOf(isSpread: true)) : null;
        if (_setup.Correction is { } correction)
        {
            (_correction, _averagedCorrection) = (Store(correction.WeightDefinitions, 1), Store(correction.WeightDefinitions, 1));
            _correctionAdam = later is null ? new Adam(_correction.Trained) : null;
        }

        _parameterAdam = new ScalarAdam { State = experiment.Parameters.ToDictionary(p => p.Name, p => new ScalarAdam.Moments(later?.Start.Parameters[p.Name] ?? p.Start, 0, 0)) };
        var (cores, shares) = (threads ?? Environment.ProcessorCount, BatchShares.CountFor(_setup, _device, threads ?? Environment.ProcessorCount));
        TorchThreads.Use(shares > 1 ? 1 : cores);
        (_shares, _averagedShares) = (Shares(_network, _correction, shares, isParallel: true), Shares(_averaged, _averagedCorrection, shares, isParallel: true));
        _best = Released();
        try
        {
            if (later is not null)
            {
                Start(later.Start);
            }

            if (File.Exists(checkpointPath))
            {
                Resume();
            }
            else if (later is not null)
            {
                Look(); // what the stage starts from competes
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The number of steps done.</summary>
    public int Step => _step;

    /// <summary>What is trained, made and checked.</summary>
    public TrainingSetup Setup => _setup;

    /// <summary>Called with its rows before a share of a batch is evaluated; for tests, which have it fail.</summary>
    internal Action<int>? Evaluating { get; init; }

    private bool IsDone => _step >= _experiment.Steps || (_experiment.Patience > 0 && _looksSinceBest >= _experiment.Patience);

    /// <summary>Trains to the end, or until cancelled, and leaves a checkpoint either way.</summary>
    /// <param name="progress">Told where the run stands, about ten times a second at most.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <returns>The best averaged weights on the held-out tenth.</returns>
    /// <exception cref="DivergenceException">A loss or gradient was not finite; the last good checkpoint is kept.</exception>
    /// <exception cref="InvalidOperationException">A GPU has no memory even for single rows of the batch, or nobody would be told that it is taken in parts.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the checkpoint holds where it stopped.</exception>
    public TrainedModel Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var (clock, first, reported) = (Stopwatch.StartNew(), _step, TimeSpan.Zero);
        var terms = new double[_setup.Terms.Count + (_spreadAdam is null ? 0 : 1)];
        while (!IsDone)
        {
            var gradient = TakeStep();
            for (var i = 0; i < terms.Length; i++)
            {
                var term = i < gradient.Terms.Length ? gradient.Terms[i] : gradient.SpreadLikelihood!.Value;
                terms[i] = _step == first + 1 ? term : (0.98 * terms[i]) + (0.02 * term);
            }

            if (_step % _experiment.ValidationInterval == 0 || _step == _experiment.Steps)
            {
                Look();
            }

            if (_step % _experiment.CheckpointInterval == 0 || IsDone || cancellation.IsCancellationRequested)
            {
                WriteCheckpoint();
                cancellation.ThrowIfCancellationRequested();
            }

            if (clock.Elapsed - reported > TimeSpan.FromMilliseconds(100) || IsDone)
            {
                reported = clock.Elapsed;
                progress?.Report(Describe(terms, (_step - first) / clock.Elapsed.TotalSeconds));
            }
        }

        return Best();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable? part in new IDisposable?[] { _shares, _averagedShares, _network, _averaged, _correction, _averagedCorrection, _networkAdam, _spreadAdam, _correctionAdam })
        {
            part?.Dispose();
        }
    }

    private void Start(TrainedModel model)
    {
        _network.LoadShared(model.Network.WeightDefinitions, model.NetworkWeights);
        _averaged.LoadShared(model.Network.WeightDefinitions, model.NetworkWeights);
        _correction?.Load(model.CorrectionWeights);
        _averagedCorrection?.Load(model.CorrectionWeights);
    }

    private RolloutGradient TakeStep()
    {
        using var scope = NewDisposeScope();
        var (blanking, nowcasts) = _setup.Network.IsBlanked ? (_experiment.BlankingProbability, _experiment.NowcastProbability) : (0, 0);
        var gradient = InMemory(() => _shares.Backward(_step, _experiment.Seed, blanking, nowcasts, Parameters(), _parameterAdam.State.Keys));
        var norm = Math.Sqrt(Math.Pow(_networkAdam.GradientNorm(), 2) + Math.Pow(_correctionAdam?.GradientNorm() ?? 0, 2));
        var spreadNorm = _spreadAdam?.GradientNorm() ?? 0;
        RequireFinite(gradient, norm + spreadNorm);

        var rate = TrainingSchedule.Rate(_step, _experiment.WarmUpSteps, _experiment.Steps);
        var clip = Clip(norm);
        _networkAdam.Step(_step, rate * _experiment.LearningRate, clip);
        _spreadAdam?.Step(_step, rate * _experiment.LearningRate, Clip(spreadNorm));
        _correctionAdam?.Step(_step, rate * _experiment.CorrectionLearningRate, clip);
        foreach (var (name, definition) in _setup.Trained)
        {
            _parameterAdam.Step(_step, rate * _experiment.ParameterLearningRate, name, gradient.Parameters[name], definition.Lower, definition.Upper);
        }

        // The average follows fast at first, so that it does not remember the random start.
        var share = 1 - Math.Min(_experiment.AveragingDecay, (1.0 + _step) / (10 + _step));
        _averaged.Approach(_network, share);
        if (_correctionAdam is not null)
        {
            _averagedCorrection!.Approach(_correction!, share);
        }

        _step++;
        return gradient;
    }

    private double Clip(double norm) => Math.Min(1, _experiment.GradientNorm / Math.Max(norm, 1e-30));

    private void Look()
    {
        var sum = 0.0;
        for (var batch = 0; batch < ValidationBatches; batch++)
        {
            var number = batch;
            sum += InMemory(() => _averagedShares.Evaluate(number, _experiment.Seed, Parameters())).Total;
        }

        if (!double.IsFinite(sum))
        {
            throw Diverged($"loss {sum} on the held-out tenth");
        }

        _validation = sum / ValidationBatches;
        _looksSinceBest++;
        if (_bestValidation is null || _validation < _bestValidation)
        {
            (_bestValidation, _looksSinceBest) = (_validation, 0);
            (_best, _bestParameters) = (Released(), new Dictionary<string, double>(Parameters()));
        }
    }

    // What failed for want of memory is done again with the batch in twice as many parts, whose gradients are added: the same step, to rounding.
    private T InMemory<T>(Func<T> compute)
    {
        while (true)
        {
            try
            {
                return compute();
            }
            catch (Exception fault) when (GpuMemory.IsExhausted(fault))
            {
                Split(fault);
            }
        }
    }

    private void Split(Exception fault)
    {
        var size = _experiment.BatchSize;
        var parts = Math.Min(2 * _shares.Count, size);
        if (_notices is null || parts == _shares.Count || _setup.Network.WeightDefinitions.Any(d => !d.IsTrained && !d.IsSpread))
        {
            throw new InvalidOperationException(
                $"Device {_device}: expected memory for a batch of {size} rollouts in {_shares.Count} parts, got: {GpuMemory.Told(fault)}. Take a smaller {(_identity.Reanalysis is null ? "batchSize" : "reanalysis.batchSize")} or network, or the device cpu.", fault);
        }

        _notices.Report($"Device {_device}: no memory for {(size + _shares.Count - 1) / _shares.Count} rollouts at a time ({GpuMemory.Told(fault)}); going on with the batch of {size} in {parts} parts.");
        _shares.Dispose();
        _averagedShares.Dispose();
        _network.ClearGradients();
        _correction?.ClearGradients();
        (_shares, _averagedShares) = (Shares(_network, _correction, parts, isParallel: false), Shares(_averaged, _averagedCorrection, parts, isParallel: false));
    }

    private BatchShares Shares(WeightStore network, WeightStore? correction, int count, bool isParallel) =>
        new(_setup, network, correction, count, _device, isParallel) { Evaluating = rows => Evaluating?.Invoke(rows) };

    private Dictionary<string, double> Parameters()
    {
        var numbers = new Dictionary<string, double>(_setup.StartingParameters);
        foreach (var (name, moments) in _parameterAdam.State)
        {
            numbers[name] = moments.Value;
        }

        return numbers;
    }

    private void RequireFinite(RolloutGradient gradient, double norm)
    {
        if (!double.IsFinite(gradient.Total + (gradient.SpreadLikelihood ?? 0)) || !double.IsFinite(norm) || gradient.Parameters.Values.Any(d => !double.IsFinite(d)))
        {
            throw Diverged(FormattableString.Invariant($"loss {gradient.Total}, gradient norm {norm}"));
        }
    }

    private DivergenceException Diverged(string what)
    {
        var kept = File.Exists(_checkpointPath) ? $"The last good checkpoint is kept in {_checkpointPath}." : "There is no checkpoint yet.";
        return new DivergenceException($"Training diverged at step {_step}: {what}. {kept} Lower the learning rates{(_identity.Reanalysis is null ? " or the rollout length" : " (reanalysis.learningRate)")}.");
    }

    private TrainingProgress Describe(double[] terms, double speed) => new(
        _step,
        _experiment.Steps,
        _experiment.Loss.Select(term => term.Name).Append(SpreadLikelihood.Name).Zip(terms).ToDictionary(p => p.First, p => p.Second),
        _parameterAdam.State.ToDictionary(p => p.Key, p => p.Value.Value),
        _experiment.LearningRate * TrainingSchedule.Rate(_step, _experiment.WarmUpSteps, _experiment.Steps),
        _validation,
        speed);

    private Dictionary<string, float[]> Released() => Prefixed(("network", _averaged.Export()), ("correction", _averagedCorrection?.Export()));

    private static Dictionary<string, float[]> Prefixed(params ReadOnlySpan<(string Prefix, IReadOnlyDictionary<string, float[]>? Arrays)> groups)
    {
        var all = new Dictionary<string, float[]>();
        foreach (var (prefix, arrays) in groups)
        {
            foreach (var (name, array) in arrays ?? new Dictionary<string, float[]>())
            {
                all.Add($"{prefix}.{name}", array);
            }
        }

        return all;
    }

    private static Dictionary<string, float[]> Group(IReadOnlyDictionary<string, float[]> all, string prefix) =>
        all.Where(p => p.Key.StartsWith(prefix + ".", StringComparison.Ordinal)).ToDictionary(p => p.Key[(prefix.Length + 1)..], p => p.Value);

    private TrainedModel Best()
    {
        var network = Group(_best, "network");
        if (_setup.Network.HasSpread)
        {
            SpreadCalibration.Fit(_setup, network, _device);
        }

        return new TrainedModel(
            _experiment, _setup.Archive, _setup.Simulator, _setup.Operator, _setup.Context, _setup.Network, network,
            _setup.Correction, Group(_best, "correction"), _bestParameters, _bestValidation ?? double.NaN)
        {
            TrainedFor = _setup.TrainedFor,
        };
    }

    private void WriteCheckpoint()
    {
        var arrays = Prefixed(
            ("network", _network.Export()),
            ("averaged", _averaged.Export()),
            ("moments", _networkAdam.Export()),
            ("spread-moments", _spreadAdam?.Export()),
            ("correction", _correction?.Export()),
            ("averaged-correction", _averagedCorrection?.Export()),
            ("correction-moments", _correctionAdam?.Export()),
            ("best", _best));
        new Checkpoint
        {
            Step = _step,
            Identity = _identity.ToString(),
            Parameters = _parameterAdam.State,
            Validation = _validation,
            BestValidation = _bestValidation,
            BestParameters = _bestParameters,
            LooksSinceBest = _looksSinceBest,
        }.Write(_checkpointPath, arrays);
    }

    private void Resume()
    {
        var (checkpoint, arrays) = Checkpoint.Read(_checkpointPath);
        if (!_identity.IsThatOf(checkpoint.Identity))
        {
            throw new InvalidDataException(
                $"{_checkpointPath} belongs to another experiment or archive{(_identity.Reanalysis is null ? "" : ", or to another reanalysis of it")}; delete it to start anew, or train into another folder.");
        }

        CheckpointContent.Require(_checkpointPath, checkpoint, _parameterAdam.State.Keys, Parameters().Keys);
        CheckpointContent.Require(_checkpointPath, "best", Group(Group(arrays, "best"), "network"), _setup.Network.WeightDefinitions);
        CheckpointContent.Require(_checkpointPath, "best", Group(Group(arrays, "best"), "correction"), _setup.Correction?.WeightDefinitions ?? []);
        CheckpointContent.Load(_checkpointPath, () =>
        {
            _network.Load(Group(arrays, "network"));
            _averaged.Load(Group(arrays, "averaged"));
            _networkAdam.Load(Group(arrays, "moments"));
            _spreadAdam?.Load(Group(arrays, "spread-moments"));
            _correction?.Load(Group(arrays, "correction"));
            _averagedCorrection?.Load(Group(arrays, "averaged-correction"));
            _correctionAdam?.Load(Group(arrays, "correction-moments"));
        });
        _best = Group(arrays, "best");
        foreach (var (name, moments) in checkpoint.Parameters)
        {
            _parameterAdam.State[name] = moments;
        }

        (_step, _validation, _bestValidation) = (checkpoint.Step, checkpoint.Validation, checkpoint.BestValidation);
        (_bestParameters, _looksSinceBest) = (checkpoint.BestParameters, checkpoint.LooksSinceBest);
    }
}
