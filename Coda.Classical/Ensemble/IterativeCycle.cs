using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>Smooths one trajectory by ensemble Gauss-Newton steps: each observed step changes the ensemble at the start of a window that ends there. Called by
/// one thread.</summary>
internal sealed class IterativeCycle : IDisposable
{
    private const long AnalysisStream = 0x1E45;

    private readonly EnsembleSetting _setting;
    private readonly Ienks.Options _options;
    private readonly MemberForecast _forecast;
    private readonly EnsembleState _start; // at the window's start
    private readonly EnsembleState _trial;
    private readonly EnsembleObservations _observations;
    private readonly EnsembleSpectrum _spectrum;
    private readonly EnsembleTransform _transform;
    private readonly EnsembleTransform _inverse;
    private readonly DivergenceWatch _watch;
    private ForcingSeries? _forcing;
    private readonly double[] _sensitivity; // S of the untransformed anomalies, [observation, member]
    private readonly double[] _innovation;
    private readonly double[] _weights;
    private readonly double[] _scratch;
    private readonly double[] _spread;

    /// <summary>Makes the scratch memory of a trajectory.</summary>
    /// <param name="setting">Model, observations and first ensemble.</param>
    /// <param name="options">Lag and iterations.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The batches of members that are advanced at the same time.</param>
    /// <param name="cancellation">Stops between them.</param>
    public IterativeCycle(EnsembleSetting setting, Ienks.Options options, ArchiveDescription archive, int workers, CancellationToken cancellation)
    {
        var (members, size, sites) = (options.Members, setting.Layout.Size, setting.Operator.SiteCount);
        (_setting, _options) = (setting, options);
        (_start, _trial) = (new(members, size), new(members, size));
        (_observations, _spectrum, _watch) = (setting.Observations(archive), new(members), setting.Watch());
        (_transform, _inverse) = (new(members), new(members));
        (_sensitivity, _innovation, _weights) = (new double[sites * members], new double[sites], new double[members]);
        (_scratch, _spread) = (new double[(members + 1) * size], new double[size]);
        _forecast = new MemberForecast(setting.Bind, workers, setting.Ranks, cancellation);
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
        var first = archive.Description.Steps.Start; // the step of _start
        var writer = new BlockWriter(trajectory, wanted, _start.Size);
        _forcing = _setting.Forcing(archive);
        _setting.FirstEnsemble(cancellation).CopyTo(_start.Ensemble, 0);
        _start.Split();
        foreach (var stretch in _setting.Read(archive, trajectory, new StepRange(first, end)))
        {
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = stretch.Steps.Start + row;
                if (step - first > _options.Lag)
                {
                    if (Add(writer, first) is { } block)
                    {
                        yield return block;
                    }

                    Advance(trajectory, ++first);
                }

                if (stretch.Mask.AsSpan(row * stretch.SiteCount, stretch.SiteCount).ContainsAnyExcept(0f))
                {
                    Analyze(stretch, row, first);
                }
            }
        }

        foreach (var warning in _watch.Warnings())
        {
            warn?.Invoke(warning);
        }

        while (first < end)
        {
            if (Add(writer, first) is { } block)
            {
                yield return block;
            }

            Advance(trajectory, ++first);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _forecast.Dispose();

    private StateBlock? Add(BlockWriter writer, long step)
    {
        EnsembleState.Spread(_start.Anomalies, _start.Members, _spread);
        return writer.Add(step, _start.Mean, _spread);
    }

    private void Advance(int trajectory, long step)
    {
        _forecast.Advance(_start.Ensemble, _start.Members, _forcing?.Over(trajectory, step - 1));
        _watch.RequireFinite(_start.Ensemble, trajectory, step);
        _start.Split();
        _watch.Look(_start.Anomalies, _start.Members, trajectory, step);
    }

    private void Analyze(ObservationStretch stretch, int row, long first)
    {
        var step = stretch.Steps.Start + row;
        _transform.Clear();
        _inverse.Clear();
        _weights.AsSpan().Clear();
        for (var iteration = 0; iteration < _options.Iterations; iteration++)
        {
            Forecast(stretch.Trajectory, first, step);
            _observations.Read(stretch, row, _trial.Ensemble);
            if (iteration == 0)
            {
                _watch.Look(_observations, stretch.Trajectory, step);
            }

            if (Improve() <= _options.Tolerance)
            {
                break;
            }
        }

        Finish(new CounterRandom(_options.Seed, AnalysisStream, stretch.Trajectory, step));
    }

    private void Forecast(int trajectory, long first, long step)
    {
        _start.Mean.CopyTo(_trial.Mean, 0);
        _start.Anomalies.CopyTo(_trial.Anomalies, 0);
        _transform.Apply(_trial.Mean, _trial.Anomalies, _scratch);
        _trial.Join();
        for (var k = first; k < step; k++)
        {
            _forecast.Advance(_trial.Ensemble, _trial.Members, _forcing?.Over(trajectory, k));
        }

        _watch.RequireFinite(_trial.Ensemble, trajectory, step);
    }

    // S = S_T T⁻¹ and w ← (I + SᵀS)⁻¹ Sᵀ (d + S w): the ETKF's update about the last iterate. Gives the root mean square change of w.
    private double Improve()
    {
        var (p, members) = (_observations.Count, _start.Members);
        DenseProduct<double>.Multiply(_observations.Anomalies, _inverse.Anomalies, _sensitivity, p, members, members);
        for (var i = 0; i < p; i++)
        {
            _innovation[i] = _observations.Innovation[i] + TensorPrimitives.Dot<double>(_sensitivity.AsSpan(i * members, members), _weights);
        }

        _spectrum.Decompose(_sensitivity.AsSpan(0, p * members), _innovation.AsSpan(0, p), p);
        _transform.Set(_spectrum, static l => 1 / (1 + l), static l => 1 / Math.Sqrt(1 + l));
        _inverse.Set(_spectrum, static l => 0, static l => Math.Sqrt(1 + l));
        var change = 0.0;
        for (var m = 0; m < members; m++)
        {
            var weight = _transform.Mean[m] * Math.Sqrt(members - 1);
            change += (weight - _weights[m]) * (weight - _weights[m]) / members;
            _weights[m] = weight;
        }

        return Math.Sqrt(change);
    }

    private void Finish(CounterRandom random)
    {
        _transform.Inflate(_options.Inflation);
        if (_options.Rotation)
        {
            _transform.Rotate(ref random);
        }

        _transform.Apply(_start.Mean, _start.Anomalies, _scratch);
        _start.Join();
    }
}
