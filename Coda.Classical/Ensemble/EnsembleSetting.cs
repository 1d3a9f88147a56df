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
    private const int MostEntries = 1 << 19;
    private const int ArraysOfStates = 8;
    private const int ArraysOfTransforms = 10;
    private const double LeastSigmaForFloat = 1e-3; // over the observations' standard deviation

    private readonly string _name;
    private readonly IObservationArchive _record;
    private readonly ArchiveDescription _reference;
    private readonly ForecastModel _model;
    private readonly Lazy<ObservedClimatology> _climatology;
    private readonly OnFirstUse<double[]> _first;
    private readonly Lazy<double> _free;
    private Localization? _localization;
    private int _workers = 1; // of the last request: how fast the first ensemble is made, not what it is

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
        new Faults(name)
            .Require(options.Start != EnsembleStart.FreeRun || _model.Forcing.Count == 0, nameof(options.Start),
                "model or observations for a model with forcing, whose states belong to their time", "freeRun")
            .ThrowIfAny();
        Operator = OperatorOf(context.Reference.Description);
        Scales = new FieldScales(context.Reference.Description, _model.Layout, Operator);
        (_model, _reference) = (Scales.Of(_model), Scales.Reference);
        _climatology = new(() => ObservedClimatology.Of(Scales.Of(context.Reference)));
        _first = new(stop => new FirstEnsemble(name, options, _model, Operator, _climatology.Value, _reference)
            .Make(Bind, _workers, Ranks, Forcing(_record), stop));
        _free = new(() => EnsembleState.VarianceOf(FirstEnsemble(default), options.Members)); // asked for once the ensemble is there
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

    /// <summary>q, the variance of the model's error in one step, where it is known.</summary>
    public double? ErrorVariance => _model.ErrorVariance;

    /// <summary>Makes a watch for the innovations of one trajectory.</summary>
    public InnovationWatch InnovationWatch() => new(_name, _climatology.Value, Layout.Size, Options.Cure);

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
    /// <param name="isLocal">Whether the smoother keeps states alone, without transforms.</param>
    public MemoryNeed Memory(ArchiveDescription archive, int workers, int lag = 0, bool isLocal = false)
    {
        double members = Options.Members, size = Layout.Size, sites = Operator.SiteCount, cycles = Math.Min(workers, archive.TrajectoryCount);
        return new MemoryNeed($"Method '{_name}'")
            .Add(FormattableString.Invariant($"observations, {cycles} times {PieceSteps(archive.Steps.Count)} steps of {sites} sites"), 8, cycles,
                PieceSteps(archive.Steps.Count), sites)
            .AddArray(FormattableString.Invariant($"an ensemble of {members} members of {size} entries"), 8, members, size)
            .Add(FormattableString.Invariant($"{cycles} times its copies and observed members"), 8, cycles, members, (ArraysOfStates * size) + (3 * sites))
            .AddArray("transforms of the members", 8, members, members)
            .Add("the others", 8, cycles, ArraysOfTransforms, members, members)
            .Add(FormattableString.Invariant($"a lag of {lag} steps"), 8, cycles, isLocal ? 1 : 2, lag, (members * (size + (isLocal ? 0 : members))) + size)
            .Add("analyses that wait to be read", 8, Math.Min(TrajectoryStreams.AtOnce(workers), archive.TrajectoryCount),
                Math.Min(BlocksWaiting * (double)BlockWriter.Length(Layout.Size), archive.Steps.Count), size);
    }

    /// <summary>The memory that an analysis by a localized filter takes, about.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The trajectories and tiles worked on at the same time.</param>
    /// <param name="radius">The localization radius.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    /// <param name="spacing">The sites between points at which transforms are computed.</param>
    public MemoryNeed LocalMemory(ArchiveDescription archive, int workers, double radius, int lag = 0, int spacing = 1)
    {
        double points = Ensemble.Localization.PointsOfATile(spacing), members = Options.Members;
        var sites = Math.Ceiling(Operator.SiteCount * Ensemble.Localization.ShareNearATile(Layout, radius, spacing));
        return Memory(archive, workers, lag, isLocal: true)
            .AddArray(FormattableString.Invariant($"weights of {sites} sites at {points} points"), sizeof(double), points, sites)
            .Add("the other workers'", sizeof(double), workers - 1, points, sites)
            .Add(FormattableString.Invariant($"tiles of {points} points and the observations near them"), sizeof(double), workers, members,
                (points * Layout.Fields.Count * (lag + 1)) + (2 * sites));
    }

    /// <summary>What is near what within a radius; found on first use.</summary>
    /// <param name="radius">The localization radius.</param>
    /// <param name="spacing">The sites between points at which transforms are computed.</param>
    public Localization Localization(double radius, int spacing = 1) =>
        LazyInitializer.EnsureInitialized(ref _localization, () => new(Layout, Operator.Locations, radius, spacing));

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
        Analyze(method, archive, request, lag, (_, _) =>
            new GlobalAnalysis(update, Options.Members, Layout.Size, Options.Inflation, rotation) { IsAdaptive = isAdaptive });

    /// <summary>Analyzes an archive by a filter.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="lag">The smoother's lag in steps; 0 for none.</param>
    /// <param name="filter">Makes the filter of a trajectory, for as many workers, with what stops it.</param>
    public IEnumerable<StateBlock> Analyze(
        AssimilationMethod method, IObservationArchive archive, AnalysisRequest? request, int lag, Func<int, CancellationToken, EnsembleAnalysis> filter)
    {
        archive = Scales.Of(archive);
        return Analyze(method, archive, request, lag, Run);

        IEnumerable<StateBlock> Run(int trajectory, StepRange wanted, long end, int workers, CancellationToken cancellation)
        {
            _ = FirstEnsemble(cancellation); // the watch takes its spread, and cannot be told to stop
            using var cycle = new EnsembleCycle(this, filter(workers, cancellation), lag, archive.Description, workers, cancellation, request?.Ensembles);
            foreach (var block in cycle.Run(archive, trajectory, wanted, end, request is null ? null : request.Warn, cancellation))
            {
                yield return block;
            }
        }
    }

    /// <summary>The processes that advance members together, those of the last request.</summary>
    public IRankGroup Ranks { get; private set; } = OneRank.Instance;

    /// <summary>Analyzes an archive, its trajectories side by side.</summary>
    /// <param name="method">The method.</param>
    /// <param name="archive">Where the observations are, in the units of <see cref="Scales"/>.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="lag">The steps after an analysis whose observations it uses.</param>
    /// <param name="run">Analyzes a trajectory: its number, the wanted steps, the step after the last to use, its own share of the workers, what stops
    /// it.</param>
    /// <param name="states">How many states come of a trajectory, which progress is the share of; one a wanted step by default.</param>
    public IEnumerable<StateBlock> Analyze(
        AssimilationMethod method, IObservationArchive archive, AnalysisRequest? request, int lag,
            Func<int, StepRange, long, int, CancellationToken, IEnumerable<StateBlock>> run, long? states = null)
    {
        request ??= new AnalysisRequest();
        Require(archive.Description, lag);
        request.Require(archive.Description, method);
        var wanted = request.Steps ?? archive.Description.Steps;
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)];
        var end = Math.Min(archive.Description.Steps.End, wanted.End + lag);
        (_workers, Ranks) = (InOrder.Workers(request.Workers), request.Ranks);
        // Ranks meet at every step of a trajectory, so all of them are at the same one.
        var atOnce = Ranks.Size > 1 ? 1 : _workers;
        var share = Math.Max(1, _workers / Math.Min(atOnce, trajectories.Count));
        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            var (done, total) = (0L, (double)trajectories.Count * (states ?? wanted.Count));
            foreach (var block in TrajectoryStreams.Run(
                trajectories, atOnce, BlocksWaiting, (t, stop) => Survivors.Of(run(t, wanted, end, share, stop), t, wanted, request), request.Cancellation))
            {
                done += block.Count;
                request.Progress?.Report(done / total);
                yield return Scales.Back(block);
            }
        }
    }

    private int BlocksWaiting => TrajectoryStreams.Capacity((long)BlockWriter.Length(Layout.Size) * Layout.Size);

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
            throw new ArgumentException(
                $"{_name}: expected a record of more steps than the lag {lag}, got {archive.Steps.Count}; take a shorter lag (option lag) or a longer record.");
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
}
