using Coda.Classical.Observed;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Ensemble;

/// <summary>What every ensemble method shares: forecast model, observation operator, first ensemble, and the walk over trajectories.</summary>
/// <remarks>Immutable but for what is found on first use; safe to share.</remarks>
internal sealed class EnsembleSetting
{
    private const long StartStream = 0x57A7;
    private const int MostEntries = 1 << 19;
    private const int ArraysOfStates = 8;
    private const int ArraysOfTransforms = 10;
    private const int BlocksWaiting = 64;
    private const double LeastSigmaForFloat = 1e-3; // over the observations' standard deviation

    private readonly string _name;
    private readonly IObservationArchive _record;
    private readonly ArchiveDescription _reference;
    private readonly ForecastModel _model;
    private readonly Lazy<ObservedClimatology> _climatology;
    private readonly Lazy<Dictionary<int, int>> _siteOf; // of a state entry
    private readonly Dictionary<StateDomain, int[]> _sitesLike = []; // used by the first ensemble alone
    private readonly OnFirstUse<double[]> _first;
    private readonly Lazy<double> _free;

    /// <summary>Checks the options and finds the model.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">The method's options.</param>
    /// <exception cref="ArgumentException">Options out of range; no such model; a model whose state is not what is observed.</exception>
    public EnsembleSetting(string name, AnalysisContext context, EnsembleOptions options)
    {
        options.Check(name).ThrowIfAny();
        (_name, Options, _record) = (name, options, context.Reference);
        _model = options.Choose(context.Forecast);
        Operator = OperatorOf(context.Reference.Description);
        Scales = new FieldScales(context.Reference.Description, _model.Layout, Operator);
        (_model, _reference) = (Scales.Of(_model), Scales.Reference);
        _climatology = new(() => ObservedClimatology.Of(Scales.Of(context.Reference)));
        _siteOf = new(() => Operator.Locations.Index().DistinctBy(l => l.Item).ToDictionary(l => l.Item, l => l.Index));
        _first = new(Start);
        _free = new(() => Variance(FirstEnsemble(default))); // asked for once the ensemble is there
    }

    /// <summary>The method's options.</summary>
    public EnsembleOptions Options { get; }

    /// <summary>Which forecast model it is, in words.</summary>
    public string Model => _model.Description;

    /// <summary>The layout of the states.</summary>
    public StateLayout Layout => _model.Layout;

    /// <summary>The observation operator H on these states.</summary>
    public ObservationOperator Operator { get; }

    /// <summary>The units in which everything is computed.</summary>
    public FieldScales Scales { get; }

    /// <summary>The ensemble at the record's first step, before its observations. [member, space]</summary>
    /// <param name="cancellation">Stops the spin-up.</param>
    /// <exception cref="DivergenceException">The spin-up diverged, or ended in one point.</exception>
    public double[] FirstEnsemble(CancellationToken cancellation) => _first.Get(cancellation);

    /// <summary>Makes what advances ensembles, for one thread.</summary>
    public IStateMap Bind() => _model.Start(IsDouble());

    /// <summary>The forcing of an archive; nothing where the model has none.</summary>
    /// <param name="archive">The archive.</param>
    /// <exception cref="ArgumentException">The archive has no such forcing.</exception>
    public ForcingSeries? Forcing(IObservationArchive archive) => ForcingSeries.Of(_model.Forcing, archive);

    /// <summary>Makes what reads a step's observations, for one thread.</summary>
    /// <param name="archive">What the archive holds.</param>
    public EnsembleObservations Observations(ArchiveDescription archive) => new(Operator, new ErrorVariance(Options.Sigma, archive.Sigma), Options.Members);

    /// <summary>Makes a watch for one trajectory.</summary>
    public DivergenceWatch Watch() => new(_name, _climatology.Value, _free.Value, Layout.Size, Options.Cure);

    /// <summary>Reads a trajectory piece by piece.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps to read.</param>
    public IEnumerable<ObservationStretch> Read(IObservationArchive archive, int trajectory, StepRange steps)
    {
        var length = PieceSteps(steps.Count);
        for (var start = steps.Start; start < steps.End; start += length)
        {
            yield return PlausibleObservations.Of(archive).ReadObservations(trajectory, new StepRange(start, Math.Min(start + length, steps.End)));
        }
    }

    /// <summary>The memory that an analysis takes, about.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The trajectories worked on at the same time.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    public MemoryNeed Memory(ArchiveDescription archive, int workers, int lag = 0)
    {
        double members = Options.Members, size = Layout.Size, sites = Operator.SiteCount, cycles = Math.Min(workers, archive.TrajectoryCount);
        return new MemoryNeed($"Method '{_name}'")
            .Add(FormattableString.Invariant($"observations, {cycles} times {PieceSteps(archive.Steps.Count)} steps of {sites} sites"), 8, cycles,
                PieceSteps(archive.Steps.Count), sites)
            .AddArray(FormattableString.Invariant($"an ensemble of {members} members of {size} entries"), 8, members, size)
            .Add(FormattableString.Invariant($"{cycles} times its copies and observed members"), 8, cycles, members, (ArraysOfStates * size) + (3 * sites))
            .AddArray("transforms of the members", 8, members, members)
            .Add("the others", 8, cycles, ArraysOfTransforms, members, members)
            .Add(FormattableString.Invariant($"a lag of {lag} steps"), 8, cycles, 2, lag, (members * (size + members)) + size)
            .Add("analyses that wait to be read", 8, cycles, BlocksWaiting, Math.Min(BlockWriter.Length, archive.Steps.Count), size);
    }

    /// <summary>Analyzes an archive by a filter with one update for the whole state.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="update">The filter's mathematics.</param>
    /// <param name="rotation">Whether the analyzed anomalies are turned at random.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    /// <param name="isAdaptive">Whether the update finds its own inflation, so that it needs none of <see cref="PriorInflation"/>.</param>
    public IEnumerable<StateBlock> Analyze(
        AssimilationMethod method, IObservationArchive archive, AnalysisRequest? request, EnsembleUpdate update, bool rotation = false, int lag = 0,
        bool isAdaptive = false) =>
        Analyze(method, archive, request, lag, () =>
            new GlobalAnalysis(update, Options.Members, Layout.Size, Options.Inflation, rotation) { IsAdaptive = isAdaptive });

    /// <summary>Analyzes an archive by a filter.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    /// <param name="filter">Makes the filter of one thread.</param>
    public IEnumerable<StateBlock> Analyze(
        AssimilationMethod method, IObservationArchive archive, AnalysisRequest? request, int lag, Func<EnsembleAnalysis> filter)
    {
        archive = Scales.Of(archive);
        return Analyze(method, archive, request, lag, Run);

        IEnumerable<StateBlock> Run(int trajectory, StepRange wanted, long end, CancellationToken cancellation)
        {
            _ = FirstEnsemble(cancellation); // the watch takes its spread, and cannot be told to stop
            using var cycle = new EnsembleCycle(this, filter(), lag, archive.Description);
            foreach (var block in cycle.Run(archive, trajectory, wanted, end, request is null ? null : request.Warn, cancellation))
            {
                yield return block;
            }
        }
    }

    /// <summary>Analyzes an archive, its trajectories side by side.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">Where the observations are, in the units of <see cref="Scales"/>.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="lag">The steps after an analysis whose observations it uses.</param>
    /// <param name="run">Analyzes a trajectory: its number, the wanted steps, the step after the last to use, what stops it.</param>
    public IEnumerable<StateBlock> Analyze(
        AssimilationMethod method, IObservationArchive archive, AnalysisRequest? request, int lag,
            Func<int, StepRange, long, CancellationToken, IEnumerable<StateBlock>> run)
    {
        request ??= new AnalysisRequest();
        Require(archive.Description, lag);
        request.Require(archive.Description, method);
        var wanted = request.Steps ?? archive.Description.Steps;
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)];
        var end = Math.Min(archive.Description.Steps.End, wanted.End + lag);
        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            var (done, total) = (0L, (double)trajectories.Count * wanted.Count);
            foreach (var block in TrajectoryStreams.Run(
                trajectories, InOrder.Workers(request.Workers), (t, stop) => Survivors.Of(run(t, wanted, end, stop), t, wanted, request), request.Cancellation))
            {
                done += block.Count;
                request.Progress?.Report(done / total);
                yield return Scales.Back(block);
            }
        }
    }

    private long PieceSteps(long steps) => Math.Min(steps, Math.Clamp(MostEntries / Operator.SiteCount, 16, 8192));

    private void Require(ArchiveDescription archive, int lag)
    {
        new Faults($"{_name}: the archive against the reference observations")
            .Require(archive.SiteCount == Operator.SiteCount && IsSame(OperatorOf(archive)),
                nameof(archive.Operator), $"the same {Operator.SiteCount} sites ({_reference.Operator.Name})", $"others ({archive.Operator.Name})")
            .Require(TimeAxis.IsSameStep(_reference.StepLength, archive.StepLength), nameof(archive.StepLength), $"{_reference.StepLength}", archive.StepLength)
            .Require(archive.ValueUnit == _reference.ValueUnit, nameof(archive.ValueUnit), _reference.ValueUnit, archive.ValueUnit)
            .Require(_reference.Sites().DifferenceTo(archive.Sites()) is null, "sites", "the same", _reference.Sites().DifferenceTo(archive.Sites()))
            .ThrowIfAny();
        if (lag >= archive.Steps.Count)
        {
            throw new InvalidDataException(
                $"{_name}: expected a record of more steps than the lag {lag}, got {archive.Steps.Count}; take a shorter lag or a longer record.");
        }
    }

    private ObservationOperator OperatorOf(ArchiveDescription archive)
    {
        var h = ModelOperator.Of(archive, _model);
        return h.SiteCount == archive.SiteCount
            ? h
            : throw new ArgumentException(
                $"{_name}: expected a forecast model whose state ({Layout}) gives the archive's {archive.SiteCount} observed values "
                    + $"by '{archive.Operator.Name}', got {h.SiteCount}; choose it with the option system.");
    }

    private bool IsSame(ObservationOperator other)
    {
        var ops = new BufferAlgebra<double>();
        var (random, state) = (new CounterRandom(1), ops.Allocate(Layout.Size));
        for (var i = 0; i < state.Length; i++)
        {
            state.Span[i] = random.NextGaussian();
        }

        return Operator.Apply(ops, state).Span.SequenceEqual(other.Apply(ops, state).Span);
    }

    // Nearly exact observations need anomalies that single precision does not resolve.
    private bool IsDouble()
    {
        var deviation = Math.Sqrt(_climatology.Value.Variance.Where(double.IsFinite).DefaultIfEmpty(0).Average());
        return !((Options.Sigma ?? _reference.Sigma) >= LeastSigmaForFloat * deviation);
    }

    private double[] Start(CancellationToken cancellation)
    {
        var (members, size) = (Options.Members, Layout.Size);
        var ensemble = new double[members * size];
        var fromModel = Options.Start == EnsembleStart.Model && _model.ReferenceState is not null;
        for (var member = 0; member < members; member++)
        {
            var random = new CounterRandom(Options.Seed, StartStream, member);
            for (var i = 0; i < size; i++)
            {
                var (mean, deviation) = fromModel ? (_model.ReferenceState![i], 0.1) : ClimatologyOf(i);
                ensemble[(member * size) + i] = mean + (deviation * random.NextGaussian());
            }
        }

        using var propagation = Bind();
        var forcing = Forcing(_record);
        for (var step = 0; step < Options.SpinUpSteps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var at = _reference.Steps.Start - Options.SpinUpSteps + step;
            propagation.Apply(ensemble, ensemble, members, forcing?.Over(0, forcing.Recurring(0, at)));
            if (!double.IsFinite(System.Numerics.Tensors.TensorPrimitives.Sum<double>(ensemble)))
            {
                throw new DivergenceException(
                    $"{_name}: the first ensemble diverged at step {step + 1} of its spin-up: its spread is no longer finite. "
                        + "Take fewer steps (option spinUpSteps) or another start.");
            }
        }

        return RequireSpread(ensemble);
    }

    private (double Mean, double Deviation) ClimatologyOf(int entry)
    {
        var site = _siteOf.Value.GetValueOrDefault(entry, -1);
        var climatology = _climatology.Value;
        int[] sites = site < 0 ? SitesLike(Layout.DomainOf(entry)) : [site];
        if (sites.Length == 0)
        {
            return (0, 1); // nothing like it is observed
        }

        var (mean, variance) = (sites.Average(s => climatology.Mean[s]), sites.Average(s => climatology.Variance[s]));
        var noise = Options.Sigma ?? _reference.Sigma ?? 0;
        var deviation = double.IsFinite(variance) ? Math.Sqrt(Math.Max(variance - (noise * noise), 0.01 * variance)) : 1;
        if (Operator.IsSelection(Layout.Size) || !Layout.IsBounded)
        {
            return (mean, deviation);
        }

        var models = _reference.ErrorModels();
        var errors = models[models.Count == 1 ? 0 : sites[0]];
        var value = errors.FromScale(mean);
        return Inside(Layout.DomainOf(entry), value, errors.Slope(value) * deviation);
    }

    // Logarithms and values have no mean together: where errors are of several kinds, the sites of fields with the same bounds and one kind.
    private int[] SitesLike(StateDomain domain)
    {
        if (!_sitesLike.TryGetValue(domain, out var sites))
        {
            var models = _reference.ErrorModels();
            sites = [.. Enumerable.Range(0, Operator.SiteCount).Where(site => models.Count == 1 || Layout.DomainOf(Operator.Locations[site]) == domain)];
            sites = models.Count == 1 ? sites : [.. sites.Where(site => models[site] == models[sites[0]])];
            _sitesLike.Add(domain, sites);
        }

        return sites;
    }

    // On the coordinates of a field whose values are observed as they are.
    private static (double Mean, double Deviation) Inside(StateDomain domain, double mean, double deviation)
    {
        if (!domain.Contains(mean))
        {
            return (0, 1);
        }

        var z = domain.ToWorking(mean);
        return (z, Math.Min(1, deviation / domain.Slope(z)));
    }

    private double Variance(double[] ensemble)
    {
        var state = new EnsembleState(Options.Members, Layout.Size);
        ensemble.CopyTo(state.Ensemble, 0);
        state.Split();
        return System.Numerics.Tensors.TensorPrimitives.SumOfSquares<double>(state.Anomalies) / ((Options.Members - 1.0) * Layout.Size);
    }

    private double[] RequireSpread(double[] ensemble) =>
        Variance(ensemble) > 0
            ? ensemble
            : throw new DivergenceException($"{_name}: the first ensemble's members came together in one point during {Options.SpinUpSteps} steps of spin-up; "
                + "take fewer (option spinUpSteps), or start from the observations.");
}
