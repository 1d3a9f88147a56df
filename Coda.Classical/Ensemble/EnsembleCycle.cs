using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>Filters one trajectory from the record's start, and smooths it with a lag. Called by one thread.</summary>
internal sealed class EnsembleCycle : IDisposable
{
    private const long AnalysisStream = 0xE45A;

    private readonly EnsembleSetting _setting;
    private readonly EnsembleAnalysis _analysis;
    private readonly PriorInflation? _inflation;
    private readonly ILagged? _smoother;
    private readonly MemberForecast _forecast;
    private readonly EnsembleState _state;
    private readonly EnsembleObservations _observations;
    private readonly DivergenceWatch _watch;
    private readonly Func<int, IReadOnlyList<double>>? _taper;
    private readonly IEnsembleReader? _reader;
    private ForcingSeries? _forcing;
    private readonly double[] _mean;
    private readonly double[] _spread;

    /// <summary>Makes the scratch memory of a trajectory.</summary>
    /// <param name="setting">Model, observations and first ensemble.</param>
    /// <param name="analysis">The filter.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The batches of members that are advanced at the same time.</param>
    /// <param name="cancellation">Stops between them.</param>
    /// <param name="reader">Shown the members before and after analyses; nobody by default.</param>
    public EnsembleCycle(
        EnsembleSetting setting, EnsembleAnalysis analysis, int lag, ArchiveDescription archive, int workers, CancellationToken cancellation,
        IEnsembleReader? reader = null)
    {
        _reader = reader;
        var (members, size) = (setting.Options.Members, setting.Layout.Size);
        (_setting, _analysis) = (setting, analysis);
        _inflation = analysis.IsAdaptive ? null : new PriorInflation(members, setting.Options.WarmUp ?? long.MaxValue, analysis.Surprise);
        _smoother = lag > 0 ? analysis.CarryBack(lag) : null;
        _forecast = new MemberForecast(setting.Bind, workers, setting.Ranks, cancellation);
        _state = new EnsembleState(members, size);
        _observations = setting.Observations(archive);
        _taper = analysis is LocalAnalysis local ? local.Taper : null;
        _watch = setting.Watch();
        (_mean, _spread) = (new double[size], new double[size]);
    }

    /// <summary>Analyzes the steps that are wanted.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="wanted">The steps; those before are analyzed too, but not given.</param>
    /// <param name="end">The step after the last whose observations are used.</param>
    /// <param name="warn">Told at the trajectory's end of what is wrong with it.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public IEnumerable<StateBlock> Run(
        IObservationArchive archive, int trajectory, StepRange wanted, long end, Action<AnalysisWarning>? warn, CancellationToken cancellation)
    {
        var record = archive.Description.Steps;
        var writer = new BlockWriter(trajectory, wanted, _state.Size);
        _forcing = _setting.Forcing(archive);
        _setting.FirstEnsemble(cancellation).CopyTo(_state.Ensemble, 0);
        foreach (var stretch in _setting.Read(archive, trajectory, new StepRange(record.Start, end)))
        {
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = stretch.Steps.Start + row;
                var transform = Step(stretch, row, step == record.Start);
                if (Estimate(transform) && writer.Add(step - (_smoother?.Waiting ?? 0), _mean, _spread) is { } block)
                {
                    yield return block;
                }
            }
        }

        foreach (var warning in _watch.Warnings())
        {
            warn?.Invoke(warning);
        }

        while (_smoother is { Waiting: > 0 })
        {
            var step = end - _smoother.Waiting;
            _smoother.Flush(_mean, _spread);
            if (writer.Add(step, _mean, _spread) is { } block)
            {
                yield return block;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _forecast.Dispose();

    private EnsembleTransform? Step(ObservationStretch stretch, int row, bool isFirst)
    {
        var step = stretch.Steps.Start + row;
        if (!isFirst)
        {
            _forecast.Advance(_state.Ensemble, _state.Members, _forcing?.Over(stretch.Trajectory, step - 1));
            _watch.RequireFinite(_state.Ensemble, stretch.Trajectory, step);
        }

        _state.Split();
        _watch.Look(_state.Anomalies, _state.Members, stretch.Trajectory, step);
        if (!_observations.Read(stretch, row, _state.Ensemble))
        {
            return null;
        }

        _watch.Look(_observations, stretch.Trajectory, step);
        var before = _reader?.Wants(stretch.Trajectory, step) == true ? InUnits(_state.Ensemble) : null;
        _inflation?.Apply(_state, _observations);
        _analysis.Analyze(_state, _observations, new CounterRandom(_setting.Options.Seed, AnalysisStream, stretch.Trajectory, step));
        _state.Join();
        if (before is not null)
        {
            _reader!.Read(new(stretch.Trajectory, step, _state.Members, before, InUnits(_state.Ensemble))
            {
                Inflation = _setting.Options.Inflation, Taper = _taper,
            });
        }

        return _analysis.Transform;
    }

    // A copy in the units of the archive.
    private double[] InUnits(double[] members) => _setting.Scales.Entries is { } units
        ? [.. members.Select((x, i) => x * units[i % units.Count])] : [.. members];

    private bool Estimate(EnsembleTransform? transform)
    {
        if (_smoother is not null)
        {
            return _smoother.Push(_state, transform, _mean, _spread);
        }

        _state.Mean.CopyTo(_mean, 0);
        EnsembleState.Spread(_state.Anomalies, _state.Members, _spread);
        return true;
    }
}
