using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Tiles;
using Coda.Classical.Variational.Windows;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>The iterated extended Rauch-Tung-Striebel smoother: Gauss-Newton passes over stretches of a record, from the analyses of another method.</summary>
/// <remarks>
/// B. M. Bell, "The iterated Kalman smoother as a Gauss-Newton method", SIAM J. Optim. 4, 1994, doi:10.1137/0804035. Each pass linearizes the model about the
/// last trajectory, filters forward and smooths back; x_{k+1} = M(x_k) + w, w ~ N(0, q I), with q lowered tenfold from pass to pass. Stretches overlap and are
/// smoothed in parallel; their memory is 16 K² bytes a step. On large rings the equations of a pass are solved by tiles (<see cref="SmootherSolver"/>),
/// stretches one after another and tiles in parallel, with some 700 K bytes a step; the spread there is nearly, not exactly, that of the equations. Other large
/// states have no matrices either: stretches of at most 100 steps are solved by conjugate gradients, in parallel and without a spread, with errors that are
/// correlated wave by wave. Before such a stretch the first guess's own state is known: from a filter as well as its spread and innovations say, with its first
/// step's observations in it, else, and at the record's start, as little as the states of the stretch vary. A stretch
/// whose passes do not come to rest, or whose rest does not fit the observations, starts again with a larger q, then grows step by step; one that fails with a
/// gap in it is cut there, and forecasts lead from each piece into its gap as long as they know more than the prior; what is left is reported, and its spread
/// says what it is (<see cref="StretchOutcome"/>).
/// </remarks>
[System.ComponentModel.Description(
    "The iterated extended Rauch-Tung-Striebel smoother, from the analyses of another method; on large rings by tiles, elsewhere without matrices.")]
public sealed class IteratedExtendedSmoother : StretchedMethod, ISensitiveMethod
{
    private const int StretchesPerWorker = 4;
    private const int LeastSize = 400;        // of a state that is no ring, from where on matrices take more time
    private const int MatrixFreeLength = 100; // steps of a stretch there: in much longer ones errors grow too far
    private const int MatrixFreeOverlap = 50;
    private const double UsualVariance = 1e-6;
    private const int Trajectories = 8;       // that conjugate gradients keep
    private const int StatisticsSteps = 400;  // of the reference, that a filter's errors are estimated from

    private readonly LinearizedModel _model;
    private readonly AssimilationMethod _firstGuess;
    private readonly Options _options;
    private readonly bool _isMatrixFree;
    private readonly ErrorShares? _shares;
    private readonly ParameterPrior? _parameters;
    private readonly OnFirstUse<SpectralCovariance>? _guessErrors;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system and give the first guess its statistics; the trained model if there is
    /// one.</param>
    /// <param name="options">First guess, model, variances, stretches.</param>
    /// <exception cref="ArgumentException">Options out of range, no model, or a first guess of another layout.</exception>
    public IteratedExtendedSmoother(AnalysisContext context, Options options)
        : this(context, options, LinearizedModel.Of(context, options), null)
    {
    }

    /// <summary>Makes the method with a first guess that is no entry of the catalogue.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model, variances, stretches.</param>
    /// <param name="firstGuess">Whose analyses are the first guess.</param>
    /// <exception cref="ArgumentException">Options out of range, no model, or a first guess of another layout.</exception>
    public IteratedExtendedSmoother(AnalysisContext context, Options options, AssimilationMethod firstGuess)
        : this(context, options, LinearizedModel.Of(context, options), firstGuess)
    {
    }

    /// <summary>Makes the method with a model that several share.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Variances, stretches.</param>
    /// <param name="model">The model M and the operator H.</param>
    /// <param name="firstGuess">Whose analyses are the first guess; nothing for the one that the options say.</param>
    internal IteratedExtendedSmoother(AnalysisContext context, Options options, LinearizedModel model, AssimilationMethod? firstGuess)
    {
        _model = model;
        _options = options with { ModelErrorVariance = options.ModelErrorVariance ?? (options.UsualVariance is null ? model.ErrorVariance : null) };
        _firstGuess = firstGuess ?? FirstGuessChoice.Create(options.FirstGuess ?? FirstGuessChoice.Of(context, model), context, options);
        _options.Check("iterated-extended-smoother")
            .Require(
                options.Solver != SmootherSolver.Tiled || _model.Layout.Grid is { IsPeriodicLine: true }, nameof(options.Solver),
                $"dense or automatic on a layout that is not one ring ({_model.Layout})", options.Solver)
            .Require(_firstGuess.Layout.Equals(_model.Layout), nameof(options.FirstGuess), $"states of the model's layout ({_model.Layout})",
                _firstGuess.Layout)
            .ThrowIfAny();
        _isMatrixFree = options.Solver == SmootherSolver.ConjugateGradients || (options.Solver == SmootherSolver.Automatic
            && _model.Layout.Size >= LeastSize && _model.Layout.Grid is not { IsPeriodicLine: true } && _model.HasAdjoint);
        _parameters = ParameterPrior.Of(_model, options.Deviations);
        if (options.ModelErrorVariances is { Count: > 0 } variances)
        {
            RequireFields(variances.Keys);
            _shares = ErrorShares.Of(_model, variances, ModelErrorVariance);
            _parameters?.Require(_shares, ModelErrorVariance);
        }

        new Faults(Name)
            .Require(options.Deviations.Count == 0 || IsDense, nameof(options.Deviations),
                "a state whose equations matrices solve (solver=dense)", _model.Layout)
            .ThrowIfAny();
        if (_isMatrixFree)
        {
            _model.StartAdjoint().Dispose();
            _guessErrors = _firstGuess.LookAhead == 0 && options.PriorVariance is null ? new(cancellation => GuessErrors(context, cancellation)) : null;
            _options = _options with
            {
                StretchLength = Math.Min(_options.StretchLength, MatrixFreeLength), Overlap = Math.Min(_options.Overlap, MatrixFreeOverlap), HasSpread = false,
            };
        }
    }

    /// <summary>The number of last entries of the state, which no ring ends with, whose covariance is reported.</summary>
    internal int LastEntries { get; init; }

    /// <summary>The prior of every stretch, in the units of the model; nothing for that of its first guess.</summary>
    internal Prior? Prior { get; init; }

    /// <summary>What a member of a randomized posterior draws; nothing for the mode itself.</summary>
    internal MemberDraws? Draws { get; init; }

    /// <inheritdoc/>
    public override string? Model => _model.Description;

    /// <inheritdoc/>
    public override int? LookAhead => _options.LookBack is not null ? 0 : _firstGuess.LookAhead is { } more
        ? (_options.StretchLength * 3 / 2) + _options.Overlap + more : null;

    /// <inheritdoc/>
    public override StateLayout Layout => _model.Layout;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        var (need, size) = (_firstGuess.Memory(archive, workers), (double)Layout.Size);
        if (TileChoice.Of(_model, _options) is { } plan)
        {
            var steps = Math.Min(archive.Steps.Count, TileChoice.Length(plan, _options, archive.Steps.Count) + (2L * _options.Overlap));
            return need.Add(FormattableString.Invariant($"equations of {steps} steps by tiles"), plan.BytesPerSiteAndStep, steps, size);
        }

        if (_isMatrixFree)
        {
            var steps = Math.Min(archive.Steps.Count, (1.5 * _options.StretchLength) + (2.0 * _options.Overlap));
            need = need.Add(FormattableString.Invariant($"stretches of {steps} steps and {size} entries for {workers} workers"), sizeof(double), steps, size,
                workers, Trajectories);
            return TrajectoryDerivatives.AddTo(need, steps, Layout.Size, workers);
        }

        var (length, solvers) = (Math.Min(archive.Steps.Count, (1.5 * _options.StretchLength) + (2.0 * _options.Overlap)), (double)workers);
        solvers = Math.Min(solvers, archive.TrajectoryCount * Math.Ceiling(archive.Steps.Count / (double)_options.StretchLength));
        return need
            .AddArray(FormattableString.Invariant($"the equations of {length} steps of {size} entries"), sizeof(double), length, size, (2 * size) + 1)
            .Add(FormattableString.Invariant($"those of {solvers} workers"), sizeof(double), solvers - 1, length, size, (2 * size) + 1)
            .Add("first guesses and observations of stretches under way", sizeof(double), StretchesPerWorker * solvers, length, archive.SiteCount + (2 * size));
    }

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report)
    {
        request ??= new AnalysisRequest();
        _model.Require(Name, archive.Description);
        request.Require(archive.Description, this);
        var plan = TileChoice.Of(_model, _options);
        var length = plan is null
            ? (int)Math.Min(_options.StretchLength, archive.Description.Steps.Count) : TileChoice.Length(plan, _options, archive.Description.Steps.Count);
        if (plan is not null && _options.LookBack >= length + (2 * _options.Overlap))
        {
            throw new ArgumentException(
                $"{nameof(_options.LookBack)}: expected fewer than {length + (2 * _options.Overlap)} steps, "
                    + $"which {_options.Memory} MiB hold, got {_options.LookBack}; raise {nameof(_options.Memory)}, or look back less.");
        }

        return Analyzed(archive, request, report, plan, length);
    }

    /// <inheritdoc/>
    /// <remarks>Each step has a window of its own, the overlap on both sides of it or the steps that it looks back, whose passes are taken to rest.</remarks>
    public IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _model.Require(Name, archive.Description);
        new Faults($"{Name}: sensitivities")
            .Require(!_isMatrixFree, nameof(_options.Solver), $"states that matrices hold ({Layout})", "conjugateGradients")
            .Require(_model.Scales.Entries is null, nameof(archive.Description.Fields), "one error for all fields", "errors of their own")
            .ThrowIfAny();
        var (before, after) = _options.LookBack is { } back ? (back, 0) : (_options.Overlap, _options.Overlap);
        return new SmootherSensitivity(_model, archive, _firstGuess, new(
            new ErrorVariance(_options.Sigma, archive.Description.Sigma), ModelErrorVariance, _options.PriorVariance, before, after)
        {
            Shares = _shares,
            Parameters = _parameters,
        });
    }

    /// <inheritdoc/>
    public void WarnOf(IObservationArchive archive, ResultWarnings warnings, CancellationToken cancellation = default) =>
        (_firstGuess as ISensitiveMethod)?.WarnOf(archive, warnings, cancellation);

    private double ModelErrorVariance => _options.ModelErrorVariance ?? _options.UsualVariance ?? UsualVariance;

    private bool IsDense => !_isMatrixFree && TileChoice.Of(_model, _options) is null;

    private void RequireFields(IEnumerable<string> names)
    {
        var unknown = names.FirstOrDefault(name => _model.Layout.Fields.All(field => field.Name != name));
        new Faults(Name)
            .Require(unknown is null, nameof(Options.ModelErrorVariances), $"fields of the state ({_model.Layout})", unknown)
            .Require(IsDense, nameof(Options.ModelErrorVariances),
                "a state whose equations matrices solve (solver=dense), or one modelErrorVariance for all fields", _model.Layout)
            .ThrowIfAny();
    }

    private IEnumerable<StateBlock> Analyzed(IObservationArchive archive, AnalysisRequest request, Action<StretchReport> report, TilePlan? plan, int length)
    {
        var (workers, firstGuess) = (InOrder.Workers(request.Workers), _model.Scales.Of(_firstGuess, archive.Description));
        archive = _model.Scales.Of(archive);
        var settings = new StretchSettings(_options.Passes, new ErrorVariance(_options.Sigma, archive.Description.Sigma))
        {
            Variance = _options.ModelErrorVariance,
            UsualVariance = _options.UsualVariance ?? UsualVariance,
            InitialVariance = _options.InitialModelErrorVariance,
            Forcing = _model.ForcingOf(archive),
            PriorVariance = _options.PriorVariance,
            Prior = Prior,
            Draws = Draws,
            Shares = _shares,
            Parameters = _parameters,
            Tolerance = _options.Tolerance,
            CostTolerance = _options.CostTolerance,
            MaximumMisfit = _options.MaximumMisfit,
            HasSpread = _options.HasSpread,
            MatrixFree = _isMatrixFree ? new() { Tolerance = _options.GradientTolerance, MostIterations = _options.SolverIterations } : null,
            GuessErrors = _guessErrors?.Get(request.Cancellation),
            FirstUsed = archive.Description.Steps.Start,
            IsCorrelated = _isMatrixFree && _options.IsCorrelated,
            IsSingle = _options.Single,
            LastEntries = LastEntries,
            Cancellation = request.Cancellation,
            Tiles = plan is null
                ? null : new TileSettings(plan) { Tolerance = _options.SolverTolerance, Workers = workers, Cancellation = request.Cancellation },
        };
        var stretches = _options.LookBack is { } steps
            ? BackwardStretches.Of(archive, request, firstGuess, steps)
            : Stretch.Of(archive, request, firstGuess, length, _options.Overlap);
        var total = (double)(request.Trajectories?.Count ?? archive.Description.TrajectoryCount) * (request.Steps ?? archive.Description.Steps).Count;
        var done = 0L;
        foreach (var (block, stretch) in InOrder.Map(
            stretches, plan is null ? workers : 1, () => new StretchSolver(_model, settings), (solver, s) => solver.Solve(s), request.Cancellation)
                .SelectMany(parts => parts))
        {
            done += block.Count;
            request.Progress?.Report(done / total);
            report(stretch);
            yield return _model.Scales.Back(block);
        }
    }

    // A filter's analyses are worth what its innovations say; what has seen the whole stretch says nothing of the state before it.
    private SpectralCovariance GuessErrors(AnalysisContext context, CancellationToken cancellation)
    {
        var archive = _model.Scales.Of(context.Reference);
        return FirstGuessErrors.Of(
            _model, _model.Scales.Of(_firstGuess, context.Reference.Description), archive, new ErrorVariance(_options.Sigma, archive.Description.Sigma),
            StatisticsSteps, cancellation);
    }

    /// <summary>First guess, model, variances, stretches.</summary>
    public sealed record Options : SmootherOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options()
        {
        }

        /// <summary>Takes another method's.</summary>
        /// <param name="shared">What it shares with this one.</param>
        internal Options(SmootherOptions shared)
            : base(shared)
        {
        }

        /// <summary>The method whose analyses are the first guess; by default the network where a trained model is given, else space-time optimal
        /// interpolation, or a filter: eakf on grids of two axes and where a field is never observed, the extended Kalman filter there if no grid has
        /// distances.</summary>
        public Component? FirstGuess { get; init; }

        /// <summary>q where options do not say it, in place of what a model's card says, of states whose variance is about 10.</summary>
        internal double? UsualVariance { get; init; }

        /// <summary>q of single fields, by the field's symbol and in its unit, as in {"x":1e-6,"y":0.005}, in place of what holds for all: for models that know
        /// one field better than another. All fall tenfold together from pass to pass. With matrices only.</summary>
        public IReadOnlyDictionary<string, double>? ModelErrorVariances { get; init; }

        /// <summary>Of a state that holds parameters (system augmented) the standard deviation of what is known of each before, in their order, about the
        /// system's own values; by default .3 of each value.</summary>
        public IReadOnlyList<double> Deviations { get; init; } = [];

        /// <summary>The root mean square change at which passes have come to rest, as a share of the prior's standard deviation: the climatology's,
        /// or by conjugate gradients a filter's spread.</summary>
        public double Tolerance { get; init; } = 1e-3;

        /// <summary>By conjugate gradients: the decrease of twice the cost in a pass, over the number of observations, at which passes have come to rest, too,
        /// whatever the change.</summary>
        public double CostTolerance { get; init; } = 1e-3;

        /// <summary>The misfit (<see cref="StretchReport.WorstMisfit"/>), sampling error aside, above which a rest is not the one sought.</summary>
        public double MaximumMisfit { get; init; } = 1.5;

        /// <summary>Tiled: the error at which conjugate gradients stop, as a share of the posterior's standard deviation, or of the pass's change where that is
        /// larger.</summary>
        public double SolverTolerance { get; init; } = 1e-4;

        /// <summary>By conjugate gradients: the residual at which they stop, as a share of the gradient.</summary>
        public double GradientTolerance { get; init; } = 1e-4;

        /// <summary>By conjugate gradients: the most iterations in a pass; what they have by then counts.</summary>
        public int SolverIterations { get; init; } = 250;

        /// <summary>By conjugate gradients: whether the errors of prior and model are correlated wave by wave, as the first guess's states are.</summary>
        public bool IsCorrelated { get; init; } = true;

        /// <summary>By conjugate gradients: whether derivatives are computed in single precision, in about half of the time; the analyses are the same to
        /// within what is left of the residual.</summary>
        public bool Single { get; init; }

        /// <summary>Tiled: the sites of a tile, about.</summary>
        public int TileSize { get; init; } = 32;

        /// <summary>Tiled: the sites that a tile has more on each side; fewer iterations and a better spread for more time and memory.</summary>
        public int TileHalo { get; init; } = 12;

        /// <summary>Tiled: the memory of a stretch in MiB; <see cref="SmootherOptions.StretchLength"/> is shortened to what it holds.</summary>
        public int Memory { get; init; } = 4096;

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(ModelErrorVariances?.Values.All(q => q >= 1e-12 && double.IsFinite(q)) ?? true, nameof(ModelErrorVariances),
                "finite numbers of at least 1e-12", string.Join(", ", ModelErrorVariances?.Values ?? []))
            .Require(Deviations.All(d => d > 0 && double.IsFinite(d)), nameof(Deviations), "finite numbers greater than 0", string.Join(", ", Deviations))
            .Require(Tolerance > 0 && double.IsFinite(Tolerance), nameof(Tolerance), "a finite number greater than 0", Tolerance)
            .Require(SolverTolerance is > 0 and < 1, nameof(SolverTolerance), "a number greater than 0 and less than 1", SolverTolerance)
            .Require(GradientTolerance is > 0 and < 1, nameof(GradientTolerance), "a number greater than 0 and less than 1", GradientTolerance)
            .Require(CostTolerance > 0 && double.IsFinite(CostTolerance), nameof(CostTolerance), "a finite number greater than 0", CostTolerance)
            .Require(SolverIterations >= 1, nameof(SolverIterations), "at least 1", SolverIterations)
            .Require(TileSize >= 4, nameof(TileSize), "at least 4", TileSize)
            .Require(TileHalo >= 0, nameof(TileHalo), "at least 0", TileHalo)
            .Require(Memory >= 1, nameof(Memory), "at least 1", Memory)
            .Require(MaximumMisfit > 1, nameof(MaximumMisfit), "greater than 1", MaximumMisfit);
    }
}
