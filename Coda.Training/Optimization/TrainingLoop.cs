using System.Diagnostics;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Algebra;
using Coda.Training.Natives;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Optimization;

/// <summary>Trains the parts and numbers of a stage, step by step, and keeps a checkpoint from which a killed run goes on to the same bits.</summary>
/// <remarks>One backward pass a step, an optimizer for each group of weights. Not thread-safe.</remarks>
public sealed class TrainingLoop : IDisposable
{
    private const int ValidationBatches = 8;
    private const string Carried = "carried";

    private readonly TrainingStage _stage;
    private readonly Experiment _settings;
    private readonly string _checkpointPath;
    private readonly Device _device;
    private readonly IProgress<string>? _notices;
    private readonly IRankGroup _ranks;
    private readonly TrainedPart[] _parts;
    private readonly ScalarAdam _numbers;
    private BatchShares _shares;
    private BatchShares _averagedShares;
    private int _step;
    private double? _validation;
    private double? _bestValidation;
    private int _looksSinceBest;
    private Dictionary<string, double> _bestNumbers = [];
    private double[] _gradientNorms = []; // of the last step, by group
    private IReadOnlyList<string> _before = [];
    private IReadOnlyDictionary<string, float[]> _best;

    /// <summary>Prepares a stage; continues from the checkpoint where there is one.</summary>
    /// <param name="stage">What to train and how.</param>
    /// <param name="checkpointPath">Where the run keeps its checkpoint; its folder must exist.</param>
    /// <param name="device">Where to train; the CPU by default.</param>
    /// <param name="threads">The number of threads, LibTorch's included; one for each core by default. The bits of a run depend on it.</param>
    /// <param name="notices">Told, a line each, of what had to be changed to go on: a batch in parts where a GPU's memory is exhausted. With nobody to tell,
    /// that is an error instead.</param>
    /// <param name="ranks">The ranks among which every batch is divided, with so many threads each; this process alone by default. Rank 0 writes the
    /// checkpoint, which all read.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or belongs to another stage.</exception>
    public TrainingLoop(
        TrainingStage stage, string checkpointPath, Device? device = null, int? threads = null, IProgress<string>? notices = null, IRankGroup? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        LibTorch.Load(); // before anything else of it
        (_stage, _settings, _checkpointPath, _device, _notices) = (stage, stage.Experiment, checkpointPath, device ?? CPU, notices);
        _ranks = ranks ?? OneRank.Instance;
        _parts = [.. stage.Parts.Select(part => new TrainedPart(part, _settings.Seed, _device).Begin())];
        _numbers = new ScalarAdam { State = stage.Numbers.ToDictionary(n => n.Name, n => new ScalarAdam.Moments(n.Start, 0, 0)) };
        var (cores, shares) = (threads ?? Environment.ProcessorCount, BatchShares.CountFor(stage, _device, threads ?? Environment.ProcessorCount, _ranks.Size));
        TorchThreads.Use(shares > 1 ? 1 : cores);
        (_shares, _averagedShares) = Shares(shares, isParallel: true);
        _best = Released();
        try
        {
            _ranks.Meet(); // what rank 0 did to the checkpoint is done
            var resumes = File.Exists(checkpointPath);
            if (resumes)
            {
                Resume();
            }

            RanksAgreement.Require(_ranks, _step, shares, stage.Identity);
            if (!resumes && stage.StartCompetes)
            {
                Look();
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

    /// <summary>How the run got here in other ways than at one go, in words (<see cref="Checkpoint.Before"/>); empty for one that its settings repeat to the
    /// bit.</summary>
    public IReadOnlyList<string> Before => _before;

    /// <summary>Who keeps the course of the run; nobody by default. The bits of the run do not depend on it.</summary>
    public ITrainingRecorder? Recorder { get; set; }

    /// <summary>Called with its rows before a share of a batch is evaluated; for tests, which have it fail.</summary>
    internal Action<int>? Evaluating { get; set; }

    private bool IsDone => _step >= _settings.Steps || (_settings.Patience > 0 && _looksSinceBest >= _settings.Patience);

    /// <summary>Trains to the end, or until cancelled, and leaves a checkpoint either way.</summary>
    /// <param name="progress">Told where the run stands, about ten times a second at most.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <returns>The best averaged weights on the held-out tenth.</returns>
    /// <exception cref="DivergenceException">A loss or gradient was not finite; the last good checkpoint is kept.</exception>
    /// <exception cref="InvalidOperationException">A GPU has no memory even for single rows of the batch, or nobody would be told that it is taken in
    /// parts.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the checkpoint holds where it stopped.</exception>
    public TrainedWeights Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var (clock, first, reported) = (Stopwatch.StartNew(), _step, TimeSpan.Zero);
        var terms = new double[_stage.Terms.Count];
        while (!IsDone)
        {
            var loss = TakeStep();
            for (var i = 0; i < terms.Length; i++)
            {
                terms[i] = _step == first + 1 ? loss.Terms[i] : (0.98 * terms[i]) + (0.02 * loss.Terms[i]);
            }

            if (_step % _settings.ValidationInterval == 0 || _step == _settings.Steps)
            {
                Look();
            }

            if (Recorder is { } recorder && (recorder.Takes(_step) || IsDone))
            {
                recorder.Take(Figures(loss));
            }

            var stops = _ranks.Any(cancellation.IsCancellationRequested);
            if (_step % _settings.CheckpointInterval == 0 || IsDone || stops)
            {
                Recorder?.Save(); // first, so that it has every step that the checkpoint has
                WriteCheckpoint();
                if (stops)
                {
                    throw new OperationCanceledException(cancellation);
                }
            }

            if (clock.Elapsed - reported > TimeSpan.FromMilliseconds(100) || IsDone)
            {
                reported = clock.Elapsed;
                progress?.Report(Describe(terms, (_step - first) / clock.Elapsed.TotalSeconds));
            }
        }

        return new TrainedWeights(
            _parts.ToDictionary(part => part.Name, part => ArrayGroups.Of(_best, part.Name)), _bestNumbers, _bestValidation ?? double.NaN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shares.Dispose();
        _averagedShares.Dispose();
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    private StageLoss TakeStep()
    {
        using var scope = NewDisposeScope();
        var loss = InMemory(() => _shares.Backward(_step, Numbers()));
        var groups = _parts.SelectMany(part => part.Groups).ToList();
        _gradientNorms = [.. groups.Select(g => g.Adam.GradientNorm())];
        var norms = groups.Zip(_gradientNorms).GroupBy(g => g.First.Group.Norm)
            .ToDictionary(norm => norm.Key, norm => Math.Sqrt(norm.Sum(g => Math.Pow(g.Second, 2))));
        if (!loss.IsFinite || !double.IsFinite(norms.Values.Sum()))
        {
            throw Diverged(FormattableString.Invariant($"loss {loss.Total}, gradient norm {norms.Values.Sum()}"));
        }

        var rate = RateAt(_step, _settings);
        foreach (var (group, adam) in groups)
        {
            adam.Step(_step, rate * group.LearningRate, Math.Min(1, _settings.GradientNorm / Math.Max(norms[group.Norm], 1e-30)));
        }

        foreach (var number in _stage.Numbers)
        {
            _numbers.Step(_step, rate * _settings.ParameterLearningRate * number.Scale, number.Name, loss.Numbers[number.Name], number.Lower, number.Upper);
        }

        // The average follows fast at first, so that it does not remember the random start.
        var share = 1 - Math.Min(_settings.AveragingDecay, (1.0 + _step) / (10 + _step));
        foreach (var part in _parts)
        {
            part.Approach(share);
        }

        _step++;
        return loss;
    }

    private void Look()
    {
        var sum = 0.0;
        for (var batch = 0; batch < ValidationBatches; batch++)
        {
            var number = batch;
            sum += InMemory(() => _averagedShares.Evaluate(number, Numbers())).Total;
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
            (_best, _bestNumbers) = (Released(), Numbers());
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
        var size = _settings.BatchSize;
        var parts = Math.Min(2 * _shares.Count, size);
        if (_notices is null || parts == _shares.Count || _stage.TakesWholeBatches || _ranks.Size > 1)
        {
            throw new InvalidOperationException(
                $"Device {_device}: expected memory for a batch of {size} rollouts in {_shares.Count} parts, got: {GpuMemory.Told(fault)}. "
                    + $"Take a smaller {_stage.OptionPrefix}batchSize or network, or the device cpu.", fault);
        }

        _notices.Report($"Device {_device}: no memory for {(size + _shares.Count - 1) / _shares.Count} rollouts at a time ({GpuMemory.Told(fault)}); "
            + $"going on with the batch of {size} in {parts} parts.");
        var carried = _shares.Carried();
        _shares.Dispose();
        _averagedShares.Dispose();
        foreach (var part in _parts)
        {
            part.Weights.ClearGradients();
        }

        (_shares, _averagedShares) = Shares(parts, isParallel: false);
        _shares.Carry(carried);
    }

    private (BatchShares Trained, BatchShares Averaged) Shares(int count, bool isParallel)
    {
        return (Of(part => part.Weights), Of(part => part.Averaged));

        BatchShares Of(Func<TrainedPart, WeightStore> weights) =>
            new(_stage, [.. _parts.Select(weights)], count, _device, isParallel, _ranks) { Evaluating = rows => Evaluating?.Invoke(rows) };
    }

    private Dictionary<string, double> Numbers()
    {
        var numbers = new Dictionary<string, double>(_stage.StartingNumbers);
        foreach (var (name, moments) in _numbers.State)
        {
            numbers[name] = moments.Value;
        }

        return numbers;
    }

    private DivergenceException Diverged(string what)
    {
        var kept = File.Exists(_checkpointPath) ? $"The last good checkpoint is kept in {_checkpointPath}." : "There is no checkpoint yet.";
        return new DivergenceException($"Training diverged at step {_step}: {what}. {kept} {_stage.DivergenceCure}.");
    }

    private TrainingProgress Describe(double[] terms, double speed) => new(
        _step,
        _settings.Steps,
        _stage.Terms.Zip(terms).ToDictionary(p => p.First, p => p.Second),
        _numbers.State.ToDictionary(p => p.Key, p => p.Value.Value),
        _settings.LearningRate * RateAt(_step, _settings),
        _validation,
        speed);

    private TrainingFigures Figures(StageLoss loss)
    {
        var (groups, rate) = (_parts.SelectMany(part => part.Groups).Select(g => g.Group).ToList(), RateAt(_step - 1, _settings));
        var rates = groups.ToDictionary(group => group.Title, group => rate * group.LearningRate);
        var norms = groups.Zip(_gradientNorms).ToDictionary(g => g.First.Title, g => g.Second);
        if (_stage.Numbers.Count > 0)
        {
            rates[TrainingFigures.Numbers] = rate * _settings.ParameterLearningRate;
            norms[TrainingFigures.Numbers] = Math.Sqrt(loss.Numbers.Values.Sum(derivative => derivative * derivative));
        }

        return new(_step, _stage.Terms.Zip(loss.Terms).ToDictionary(), _validation, _numbers.State.ToDictionary(p => p.Key, p => p.Value.Value), rates, norms);
    }

    private Dictionary<string, float[]> Released() => ArrayGroups.Join(_parts.Select(part => (part.Name, part.Averaged.Export())));

    private void WriteCheckpoint()
    {
        var arrays = ArrayGroups.Join(_parts.SelectMany(part => part.Export()).Append(("best", _best)).Append((Carried, _shares.Carried())));
        RanksAgreement.Require(_ranks, arrays);
        if (_ranks.Rank > 0)
        {
            return;
        }

        new Checkpoint
        {
            Step = _step,
            Identity = _stage.Identity,
            Parameters = _numbers.State,
            Validation = _validation,
            BestValidation = _bestValidation,
            BestParameters = _bestNumbers,
            LooksSinceBest = _looksSinceBest,
            Shares = _shares.CountOfAll,
            Before = _before,
        }.Write(_checkpointPath, arrays);
    }

    private void Resume()
    {
        var (checkpoint, arrays) = Checkpoint.Read(_checkpointPath);
        var earlier = _stage.IsOf(checkpoint.Identity) ? null : _stage.EarlierOf(checkpoint.Identity) ?? throw new InvalidDataException(
            $"{_checkpointPath} belongs to another experiment or archive, or to another reanalysis of it; "
                + "delete it to start anew, or train into another folder.");

        CheckpointContent.Require(_checkpointPath, checkpoint, _numbers.State.Keys, Numbers().Keys);
        _best = ArrayGroups.Of(arrays, "best");
        foreach (var part in _parts)
        {
            CheckpointContent.Require(_checkpointPath, "best", ArrayGroups.Of(_best, part.Name), part.Definitions);
            CheckpointContent.Load(_checkpointPath, () => part.Load(name => ArrayGroups.Of(arrays, name)));
        }

        CheckpointContent.Load(_checkpointPath, () => _shares.Carry(ArrayGroups.Of(arrays, Carried)));
        foreach (var (name, moments) in checkpoint.Parameters)
        {
            _numbers.State[name] = moments;
        }

        (_step, _validation, _bestValidation) = (checkpoint.Step, checkpoint.Validation, checkpoint.BestValidation);
        (_bestNumbers, _looksSinceBest, _before) = (checkpoint.BestParameters, checkpoint.LooksSinceBest, checkpoint.Before);
        if (earlier is not null)
        {
            GoOnFrom(earlier);
        }

        if (checkpoint.Shares is { } shares && shares != _shares.CountOfAll && _step > 0)
        {
            Tell($"{_step} steps in {shares} share{(shares == 1 ? "" : "s")} (threads of all ranks) in place of {_shares.CountOfAll}");
        }
    }

    // Whether the steps so far are those of one run with the settings of now: then nothing is to be told, and the bits are the same.
    private void GoOnFrom(Experiment earlier)
    {
        if (earlier.RolloutLength != _settings.RolloutLength)
        {
            _bestValidation = null; // a loss along other rollouts says nothing of these
            Tell($"{_step} steps with rollouts of {earlier.RolloutLength}");
        }
        else if (Enumerable.Range(0, _step).Any(step => RateAt(step, earlier) != RateAt(step, _settings)))
        {
            Tell($"{_step} steps of a run of {earlier.Steps}, whose learning rates fell faster");
        }
    }

    private void Tell(string what)
    {
        _before = [.. _before, what];
        _notices?.Report($"Going on after {what}: the result is not, to the bit, that of one run of {_settings.Steps} steps.");
    }

    private static double RateAt(int step, Experiment settings) => TrainingSchedule.Rate(step, settings.WarmUpSteps, settings.Steps);
}
