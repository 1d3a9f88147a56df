using Coda.Classical.Ensemble;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Particles;

/// <summary>Filters one trajectory by particles from the record's start, and smooths it with a lag. Called by one thread.</summary>
internal sealed class ParticleCycle : IDisposable
{
    private const long ResampleStream = 0x9F17;
    private const long ModelStream = 0x9F18;
    private const long JitterStream = 0x9F19;
    private const double FewParticles = 30; // of which an ensemble is no sample of a posterior

    private readonly EnsembleSetting _setting;
    private readonly ParticleSettings _settings;
    private readonly MemberForecast _forecast;
    private readonly WorkerLoop<object> _batches;
    private readonly ParticleWeights _weights;
    private readonly InnovationWatch _watch;
    private readonly Queue<ParticleCloud> _history = new();
    private readonly int _size;
    private double[] _states;
    private double[] _next;
    private (double Size, long Step) _least = (double.PositiveInfinity, 0);

    /// <summary>Makes the memory of a trajectory.</summary>
    /// <param name="setting">Model, observations and first ensemble.</param>
    /// <param name="settings">Model error, resampling, lag.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The batches of particles that are worked on at the same time.</param>
    /// <param name="cancellation">Stops between them.</param>
    public ParticleCycle(EnsembleSetting setting, ParticleSettings settings, ArchiveDescription archive, int workers, CancellationToken cancellation)
    {
        (_setting, _settings, _size) = (setting, settings, setting.Layout.Size);
        _forecast = new MemberForecast(setting.Bind, workers, setting.Ranks, cancellation);
        _batches = new WorkerLoop<object>(workers, () => new(), cancellation);
        _weights = new ParticleWeights(settings.Count, _size, setting.Operator, new ErrorVariance(setting.Options.Sigma, archive.Sigma), workers, cancellation);
        _watch = setting.InnovationWatch();
        _states = [.. setting.FirstEnsemble(cancellation)];
        _next = new double[_states.Length];
    }

    /// <summary>Analyzes the steps that are wanted.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="wanted">The steps; those before are analyzed too, but not given.</param>
    /// <param name="every">Only multiples of it are given.</param>
    /// <param name="end">The step after the last whose observations are used.</param>
    /// <param name="warn">Told at the trajectory's end of what is wrong with it.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The particles at each step, to be read before the next is asked for.</returns>
    public IEnumerable<ParticleCloud> Run(
        IObservationArchive archive, int trajectory, StepRange wanted, int every, long end, Action<AnalysisWarning>? warn, CancellationToken cancellation)
    {
        var (record, forcing) = (archive.Description.Steps, _setting.Forcing(archive));
        foreach (var stretch in _setting.Read(archive, trajectory, new StepRange(record.Start, end)))
        {
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = stretch.Steps.Start + row;
                if (step > record.Start)
                {
                    Advance(trajectory, step, forcing?.Over(trajectory, step - 1));
                }

                Assimilate(stretch, row);
                if (wanted.Contains(step) && step % every == 0)
                {
                    _history.Enqueue(new(step, Array.ConvertAll(_states, x => (float)x), _weights.Values));
                }

                while (_history.TryPeek(out var cloud) && cloud.Step + _settings.Lag <= step)
                {
                    yield return _history.Dequeue();
                }
            }
        }

        foreach (var warning in Warnings(trajectory, end))
        {
            warn?.Invoke(warning);
        }

        while (_history.TryDequeue(out var cloud))
        {
            yield return cloud;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _forecast.Dispose();
        _batches.Dispose();
        _weights.Dispose();
    }

    private void Advance(int trajectory, long step, double[]? forcing)
    {
        _forecast.Advance(_states, _settings.Count, forcing);
        if (_settings.ModelErrorVariance > 0)
        {
            var deviation = Math.Sqrt(_settings.ModelErrorVariance);
            Perturb(ModelStream, trajectory, step, [.. Enumerable.Repeat(deviation, _size)]);
        }

        if (!double.IsFinite(System.Numerics.Tensors.TensorPrimitives.Sum<double>(_states)))
        {
            throw new DivergenceException($"particle-filter: trajectory {trajectory} diverged at step {step}: the particles are no longer finite. "
                + "Take a model with a shorter time step, or a smaller modelErrorVariance.");
        }
    }

    private void Assimilate(ObservationStretch stretch, int row)
    {
        var step = stretch.Steps.Start + row;
        _watch.At(stretch.Trajectory, step);
        if (_weights.Assimilate(_states, stretch, row, _watch) is not { } effective)
        {
            return;
        }

        _least = effective < _least.Size ? (effective, step) : _least;
        if (effective < _settings.ResampleBelow * _settings.Count)
        {
            Resample(stretch.Trajectory, step);
        }
    }

    private void Resample(int trajectory, long step)
    {
        var uniform = new CounterRandom(_setting.Options.Seed, ResampleStream, trajectory, step).NextUniform();
        var drawn = SystematicResampling.Draw(_weights.Values, _settings.Count, uniform);
        Gather(drawn, _states, _next);
        (_states, _next) = (_next, _states);
        foreach (var _ in Enumerable.Range(0, _history.Count))
        {
            var cloud = _history.Dequeue();
            var states = new float[cloud.States.Length];
            Gather(drawn, cloud.States, states);
            _history.Enqueue(cloud with { States = states });
        }

        _weights.Reset();
        if (_settings.Jitter > 0)
        {
            var width = _settings.Jitter * Math.Pow(_settings.Count, -1.0 / (_size + 4));
            var now = new ParticleCloud(step, Array.ConvertAll(_states, x => (float)x), _weights.Values);
            Perturb(JitterStream, trajectory, step, Array.ConvertAll(now.Spread(now.Mean()), s => width * s));
        }
    }

    private void Gather<T>(int[] drawn, T[] from, T[] to)
    {
        var length = ParticleWeights.BatchOf(_size);
        _batches.Run((drawn.Length + length - 1) / length, (_, batch) =>
        {
            for (var m = batch * length; m < Math.Min((batch + 1) * length, drawn.Length); m++)
            {
                from.AsSpan(drawn[m] * _size, _size).CopyTo(to.AsSpan(m * _size, _size));
            }
        });
    }

    private void Perturb(long stream, int trajectory, long step, double[] deviations)
    {
        var (length, seed, states) = (ParticleWeights.BatchOf(_size), _setting.Options.Seed, _states);
        _batches.Run((_settings.Count + length - 1) / length, (_, batch) =>
        {
            var random = new CounterRandom(seed, stream, trajectory, step, batch);
            for (var i = batch * length * _size; i < Math.Min((batch + 1) * length, _settings.Count) * _size; i++)
            {
                states[i] += deviations[i % _size] * random.NextGaussian();
            }
        });
    }

    private IEnumerable<AnalysisWarning> Warnings(int trajectory, long end)
    {
        if (_watch.Warning() is { } warning)
        {
            yield return warning;
        }

        if (_least.Size < FewParticles)
        {
            yield return new AnalysisWarning(trajectory, new StepRange(_least.Step, end), string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the effective size fell to {_least.Size:G3} of {_settings.Count} particles at step {_least.Step}, too few for a sample of the posterior: "
                    + $"take more particles, a larger modelErrorVariance, or another method for a large state."))
            {
                Kind = "few-particles",
            };
        }
    }
}
