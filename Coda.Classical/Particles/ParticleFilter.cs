using Coda.Classical.Ensemble;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Particles;

/// <summary>The bootstrap particle filter, and with a lag the smoother of its paths: samples of any posterior, of states of a few numbers.</summary>
/// <remarks>
/// Gordon, Salmond and Smith, "Novel approach to nonlinear/non-Gaussian Bayesian state estimation", IEE Proc. F 140, 1993, doi:10.1049/ip-f-2.1993.0015;
/// systematic resampling where the effective size is small, and the smoother that carries each particle's past along, of Kitagawa (1996),
/// doi:10.1080/10618600.1996.10474692; jitter of Musso, Oudjane and Le Gland (2001). x_{k+1} = M(x_k) + w, w ~ N(0, q I); weights times the likelihood of each
/// step's observations. Nothing is taken to be Gaussian, so that posteriors of several modes come out as they are; the price is a number of particles that
/// grows exponentially with the size of the state: for states of up to some five numbers a reference, for larger ones none. The cost is linear in the
/// particles; a million of Lorenz-63 take about a fifth of a second a step on a core.
/// </remarks>
[System.ComponentModel.Description("The bootstrap particle filter, and smoother with a lag: any posterior, of states of a few numbers only.")]
public sealed class ParticleFilter : AssimilationMethod, IPosteriorEnsemble
{
    private const long MemberStream = 0x9F1A;
    private const double UsualVariance = 1e-4;

    private readonly Options _options;
    private readonly EnsembleSetting _setting;
    private readonly ParticleSettings _settings;

    /// <summary>Makes the method; the first particles are made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Particles and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public ParticleFilter(AnalysisContext context, Options options)
    {
        options.Check(Name).ThrowIfAny();
        (_options, _setting) = (options, new EnsembleSetting(Name, context, options.First()));
        _settings = new(options.Particles, options.ModelErrorVariance ?? _setting.ErrorVariance ?? UsualVariance, options.ResampleBelow, options.Jitter,
            options.Lag);
    }

    /// <inheritdoc/>
    public override string? Model => _setting.Model;

    /// <inheritdoc/>
    public override bool DividesMembers => true;

    /// <inheritdoc/>
    public override int? LookAhead => _options.Lag;

    /// <inheritdoc/>
    public override StateLayout Layout => _setting.Layout;

    /// <inheritdoc/>
    public int MostMembers => _options.Particles;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        double count = _options.Particles, cycles = Math.Min(workers, archive.TrajectoryCount);
        return new MemoryNeed($"Method '{Name}'")
            .AddArray(FormattableString.Invariant($"{count} particles of {Layout.Size} entries"), sizeof(double), count, Layout.Size)
            .Add(FormattableString.Invariant($"{cycles} times its copies and weights"), sizeof(double), cycles, count, (3 * Layout.Size) + 2)
            .Add(FormattableString.Invariant($"a lag of {_options.Lag} steps"), sizeof(float), cycles, _options.Lag + 1, count, Layout.Size);
    }

    /// <inheritdoc/>
    /// <remarks>With a lag, only the steps that the request wants are kept, which saves memory.</remarks>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Analyze(archive, request, clouds =>
        clouds.Select(of =>
        {
            var mean = of.Cloud.Mean();
            return new StateBlock(of.Trajectory, of.Cloud.Step, Layout.Size, Narrow(mean), Narrow(of.Cloud.Spread(mean)));
        }), each: 1);

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ComputeMembers(IObservationArchive archive, int members, AnalysisRequest? request = null)
    {
        new Faults(Name).Require(members >= 2 && members <= MostMembers, nameof(members), $"from 2 to the option particles ({MostMembers})", members)
            .ThrowIfAny();
        return Analyze(archive, request, clouds => Members(members, clouds), members);
    }

    // Each wanted step gives so many states.
    private IEnumerable<StateBlock> Analyze(
        IObservationArchive archive, AnalysisRequest? request, Func<IEnumerable<(int Trajectory, ParticleCloud Cloud)>, IEnumerable<StateBlock>> blocks,
        int each)
    {
        archive = _setting.Scales.Of(archive);
        var wanted = new RecordRange(0, 1, request?.Steps ?? archive.Description.Steps) { Every = request?.Every ?? 1 };
        return _setting.Analyze(this, archive, request, _options.Lag, Run, wanted.Rows * each);

        IEnumerable<StateBlock> Run(int trajectory, StepRange wanted, long end, int workers, CancellationToken cancellation)
        {
            using var cycle = new ParticleCycle(_setting, _settings, archive.Description, workers, cancellation);
            var clouds = cycle.Run(archive, trajectory, wanted, request?.Every ?? 1, end, request is null ? null : request.Warn, cancellation);
            foreach (var block in blocks(clouds.Select(cloud => (trajectory, cloud))))
            {
                yield return block;
            }
        }
    }

    // One draw for all steps: what comes out at the record's end is then of the same paths.
    private IEnumerable<StateBlock> Members(int members, IEnumerable<(int Trajectory, ParticleCloud Cloud)> clouds)
    {
        var (steps, states, trajectory) = (new List<long>(), new List<float[]>(), 0); // [step][member, space]
        foreach (var (of, cloud) in clouds)
        {
            trajectory = of;
            var random = new CounterRandom(_options.Seed, MemberStream, trajectory);
            steps.Add(cloud.Step);
            states.Add([.. cloud.Draw(members, random).SelectMany(m => cloud.States[(m * Layout.Size)..((m + 1) * Layout.Size)])]);
        }

        foreach (var (member, k) in Enumerable.Range(0, members).SelectMany(member => Enumerable.Range(0, steps.Count).Select(k => (member, k))))
        {
            yield return new StateBlock((trajectory * members) + member, steps[k], Layout.Size, states[k].AsMemory(member * Layout.Size, Layout.Size));
        }
    }

    private static float[] Narrow(double[] values) => Array.ConvertAll(values, v => (float)v);

    /// <summary>Particles, model error, resampling, lag, forecast model.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>The number of particles N, from 2 to 16777216.</summary>
        public int Particles { get; init; } = 10_000;

        /// <summary>The seed of the first particles, of model errors, of resampling and of which particles are members.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>Where the first particles come from.</summary>
        public EnsembleStart Start { get; init; }

        /// <summary>The steps that the first particles are advanced before they are used.</summary>
        public int SpinUpSteps { get; init; } = 2000;

        /// <summary>q, the variance of the model's error in one step, drawn for each entry of each particle; by default what the trained hybrid's card says
        /// where it is the model, else 1e-4. With 0, particles that were resampled from one stay one.</summary>
        public double? ModelErrorVariance { get; init; }

        /// <summary>The effective size, as a share of N in (0, 1], below which particles are resampled after a step's observations.</summary>
        public double ResampleBelow { get; init; } = 0.5;

        /// <summary>What is added to particles after resampling, in standard deviations of the particles times N^(-1 / (space + 4)): 0 for none, about 1 for
        /// the best density of one Gaussian mode. It widens modes that are narrow beside their distance.</summary>
        public double Jitter { get; init; }

        /// <summary>The number of later steps whose observations an analysis uses, less than the record's; 0 for the filter. Each step that is wanted takes the
        /// memory of all particles until then.</summary>
        public int Lag { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Particles is >= 2 and <= 1 << 24, nameof(Particles), $"from 2 to {1 << 24}", Particles)
            .Require(SpinUpSteps >= 0, nameof(SpinUpSteps), "at least 0", SpinUpSteps)
            .Require(
                ModelErrorVariance is null or (>= 0 and < double.PositiveInfinity), nameof(ModelErrorVariance), "a finite number of at least 0",
                ModelErrorVariance)
            .Require(ResampleBelow is > 0 and <= 1, nameof(ResampleBelow), "greater than 0 and at most 1", ResampleBelow)
            .Require(Jitter is >= 0 and < double.PositiveInfinity, nameof(Jitter), "a finite number of at least 0", Jitter)
            .Require(Lag >= 0, nameof(Lag), "at least 0", Lag);

        internal EnsembleOptions First() => new FirstParticles
        {
            Members = Particles, Seed = Seed, Start = Start, SpinUpSteps = SpinUpSteps, Sigma = Sigma, System = System, Integrator = Integrator,
            ForecastModel = ForecastModel,
        };
    }

    private sealed record FirstParticles : EnsembleOptions;
}
