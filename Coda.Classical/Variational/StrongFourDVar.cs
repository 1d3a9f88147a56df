using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Windows;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>Strong-constraint 4D-Var around every step: the model trajectory that fits the observations of a window, at the window's centre or end.</summary>
/// <remarks>
/// F.-X. Le Dimet and O. Talagrand, Tellus A 38, 1986, doi:10.3402/tellusa.v38i2.11706; incremental as in P. Courtier, J.-N. Thépaut and A. Hollingsworth, Q.
/// J. R. Meteorol. Soc. 120, 1994, doi:10.1002/qj.49712051912, with exact tangent linear and adjoint. Each window starts from its neighbour's trajectory, one
/// step on; where that does not lead to a fit, and at a piece's first step, from the climatology's mean with a window that grows (quasi-static: C. Pires, R.
/// Vautard and O. Talagrand, Tellus A 48, 1996, doi:10.1034/j.1600-0870.1996.00006.x). The background is the climatology's. The record's edges have what is
/// left of their windows. With a stride, several steps are taken from the middle of each window. With a filter as first guess (option firstGuess) each window
/// starts from the filter's analysis at the step before it, with that analysis's error as background, correlated wave by wave, and windows are solved in
/// parallel.
/// </remarks>
[System.ComponentModel.Description("Strong-constraint 4D-Var in windows, by Gauss-Newton; by adjoint and conjugate gradients where the state is large.")]
public sealed class StrongFourDVar : VariationalMethod, ISensitiveMethod
{
    private const int StepsOfPiece = 128;
    private const int PiecesPerWorker = 4;
    private const int Matrices = 4;
    private const int ArraysOfWindows = 24; // the colours of the derivative among them
    private const int Trajectories = 2;
    private const int FirstLength = 8;
    private const double Growth = 3; // with 2, a window from the start takes a quarter more, for the same minimum

    private const int LeastSize = 400; // from where on conjugate gradients take less time

    private readonly Options _options;
    private readonly bool _isMatrixFree;
    private readonly WindowShape _shape;
    private readonly AssimilationMethod? _firstGuess;
    private readonly OnFirstUse<ICovariance> _guessErrors;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model, window, background.</param>
    /// <exception cref="ArgumentException">Options out of range, no model, or none with an adjoint where conjugate gradients are asked for.</exception>
    public StrongFourDVar(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        _shape = new WindowShape(options.HalfWidth, options.Stride, options.Nowcast);
        _firstGuess = options.FirstGuess is { } guess ? FirstGuessChoice.Create(guess, context, options) : null;
        new Faults("strong-four-dvar")
            .Require(_firstGuess is null or { LookAhead: 0 }, nameof(options.FirstGuess),
                "a filter, which has not seen what its window observes", options.FirstGuess?.Name)
            .Require(_firstGuess is null || _firstGuess.Layout.Equals(Layout), nameof(options.FirstGuess), $"states of the model's layout ({Layout})",
                _firstGuess?.Layout)
            .ThrowIfAny();
        _guessErrors = new(cancellation => GuessErrors(context, cancellation));
        _isMatrixFree = _firstGuess is not null || options.Solver == FourDVarSolver.ConjugateGradients
            || (options.Solver == FourDVarSolver.Automatic && Layout.Size >= LeastSize && Linearized.HasAdjoint);
        if (_isMatrixFree)
        {
            Linearized.StartAdjoint().Dispose();
        }
    }

    /// <inheritdoc/>
    private protected override CovarianceForm Covariance => _firstGuess is null && IsCorrelated ? CovarianceForm.Spectral : CovarianceForm.Variances;

    // By default on grids of two axes or more, and in windows from a first guess.
    private bool IsCorrelated => _isMatrixFree && (_options.Correlation == BackgroundCorrelation.Spectral
        || (_options.Correlation == BackgroundCorrelation.Automatic
            && (_firstGuess is not null || Layout.Fields.Any(f => f.Grid is RegularGrid { Shape.Count: > 1 }))));

    /// <inheritdoc/>
    public override int? LookAhead => _options.Nowcast ? 0 : _options.HalfWidth + _options.Stride - 1;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        var window = Math.Min(archive.Steps.Count, (2.0 * _options.HalfWidth) + _options.Stride);
        var need = _isMatrixFree ? new MemoryNeed($"Method '{Name}'") : Linearized.Memory(Name, 0, workers, Matrices);
        need = _firstGuess is null ? need : need.Add(_firstGuess.Memory(archive, workers));
        need = need
            .Add(PieceMemory.Of(Name, archive.SiteCount, Layout.Size, PiecesPerWorker * (double)workers, PieceSteps, 2L * _options.HalfWidth))
            .Add(FormattableString.Invariant($"trajectories and derivatives of windows of {window} steps"), sizeof(double), workers, window, Layout.Size,
                _isMatrixFree ? Trajectories : ArraysOfWindows);
        return _isMatrixFree ? TrajectoryDerivatives.AddTo(need, window, Layout.Size, workers) : need;
    }

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request = Require(archive.Description, request);
        archive = Linearized.Scales.Of(archive);
        var noise = new ErrorVariance(_options.Sigma, archive.Description.Sigma);
        var forcing = Linearized.ForcingOf(archive);
        if (_firstGuess is not null)
        {
            return Guessed(archive, request, noise, forcing);
        }

        var prior = new Lazy<Prior>(() => Background(Climatology.Get(request.Cancellation)));
        return Linearized.Scales.Back(PieceByPiece.Analyze(
            archive, request, PieceSteps, 2 * _options.HalfWidth,
            IWindowSolver () => _isMatrixFree ? new AdjointWindowSolver(Linearized, Solving, _options.Single) : new WindowSolver(Linearized),
            (solver, piece) => Windows(solver, piece, archive.Description, noise, forcing, prior.Value, request.Cancellation)));
    }

    /// <inheritdoc/>
    /// <remarks>Each step has a window of its own, solved to rest, whatever stride, tolerance and iterations the options name: impacts are small
    /// differences.</remarks>
    public IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        Linearized.Require(Name, archive.Description);
        new Faults($"{Name}: sensitivities")
            .Require(_firstGuess is null, nameof(_options.FirstGuess), "none, for a filter before depends on observations too", _firstGuess?.Name)
            .Require(Linearized.Scales.Entries is null, nameof(archive.Description.Fields), "one error for all fields", "errors of their own")
            .ThrowIfAny();
        var exact = Solving with { Tolerance = 1e-10, MostIterations = 10 * Layout.Size };
        return new WindowSensitivity(
            _isMatrixFree ? new AdjointWindowSolver(Linearized, exact) : new WindowSolver(Linearized), _shape with { Stride = 1 }, archive.Description.Steps,
            new ErrorVariance(_options.Sigma, archive.Description.Sigma), Linearized.ForcingOf(archive), Background(Climatology.Get(cancellation)), Cold);
    }

    private int PieceSteps => _options.Stride * Math.Max(1, StepsOfPiece / _options.Stride);

    private ConjugateGradientSettings Solving => new() { Tolerance = _options.SolverTolerance, MostIterations = _options.SolverIterations };

    private Prior Background(ModelClimatology climatology) => !IsCorrelated ? climatology.Prior(_options.BackgroundVariance)
        : new Prior(climatology.Mean, _options.LengthScale is { } length
            ? SpectralEstimate.Gaussian(Layout, climatology.Prior(_options.BackgroundVariance).Variances, length)
            : climatology.Correlated(_options.BackgroundVariance));

    private ICovariance GuessErrors(AnalysisContext context, CancellationToken cancellation)
    {
        var given = Array.ConvertAll(new double[Layout.Size], _ => _options.BackgroundVariance ?? 0);
        if (_options.BackgroundVariance is not null && (_options.LengthScale is not null || !IsCorrelated))
        {
            return IsCorrelated ? SpectralEstimate.Gaussian(Layout, given, _options.LengthScale!.Value) : new IndependentErrors(given);
        }

        var archive = Linearized.Scales.Of(context.Reference);
        var estimate = FirstGuessErrors.Of(
            Linearized, Linearized.Scales.Of(_firstGuess!, context.Reference.Description), archive,
            new ErrorVariance(_options.Sigma, archive.Description.Sigma), _options.StatisticsSteps, cancellation);
        estimate = _options.BackgroundVariance is { } variance ? estimate.Times(Math.Sqrt(variance / estimate.Variances.Average())) : estimate;
        return !IsCorrelated ? new IndependentErrors([.. estimate.Variances])
            : _options.LengthScale is { } length ? SpectralEstimate.Gaussian(Layout, [.. estimate.Variances], length) : estimate;
    }

    private IEnumerable<StateBlock> Guessed(IObservationArchive archive, AnalysisRequest request, ErrorVariance noise, RecordForcing? forcing)
    {
        var settings = new WindowSettings(_guessErrors.Get(request.Cancellation), noise)
        {
            Forcing = forcing,
            Steps = _options.Iterations,
            Extension = _options.Extension,
            StepsOfExtension = _options.ExtensionIterations,
            Tolerance = _options.Tolerance,
            MaximumMisfit = _options.MaximumMisfit,
            Solver = Solving with { IsPreconditioned = true },
            IsSingle = _options.Single,
        };
        var filter = Linearized.Scales.Of(_firstGuess!, archive.Description);
        var total = (double)(request.Trajectories?.Count ?? archive.Description.TrajectoryCount) * (request.Steps ?? archive.Description.Steps).Count;
        var done = 0L;
        foreach (var (block, warning) in InOrder.Map(
            GuessedWindow.Of(archive, request, filter, _shape), InOrder.Workers(request.Workers), () => new GuessedWindowSolver(Linearized, settings),
            (solver, window) => solver.Solve(window), request.Cancellation))
        {
            done += block.Count;
            request.Progress?.Report(done / total);
            if (warning is not null)
            {
                request.Warn(warning);
            }

            yield return Linearized.Scales.Back(block);
        }
    }

    private StateBlock Windows(
        IWindowSolver solver, Piece piece, ArchiveDescription archive, ErrorVariance noise, RecordForcing? forcing, Prior prior, CancellationToken cancellation)
    {
        var terms = new ObservationTerms(piece.Observations, piece.Observations.Steps, noise, forcing);
        var (size, origin) = (Layout.Size, piece.Observations.Steps.Start);
        var (states, spread, variances) = (new float[piece.Steps.Count * size], new float[piece.Steps.Count * size], new double[size]);
        var (start, previous) = (Array.Empty<double>(), 0L);
        for (var k = piece.Steps.Start; k < piece.Wanted.End; k += _options.Stride)
        {
            cancellation.ThrowIfCancellationRequested();
            var core = new StepRange(k, Math.Min(k + _options.Stride, piece.Steps.End));
            var steps = _shape.Window(core, archive.Steps);
            var first = (int)(steps.Start - origin);
            start = Window(solver, start, (int)(steps.Start - previous), (terms, first, (int)steps.Count), prior, (int)(k - steps.Start));
            previous = steps.Start;
            double[] analysis = [.. start];
            solver.Advance(analysis, terms, first, (int)(k - steps.Start));
            solver.Variances(variances);
            for (var step = k; step < core.End; step++)
            {
                var at = (int)(step - piece.Steps.Start) * size;
                Narrow(analysis, variances, states.AsSpan(at), spread.AsSpan(at));
                if (step + 1 < core.End)
                {
                    solver.Advance(analysis, terms, (int)(step - origin), 1);
                }
            }
        }

        return piece.Block(states, size, _isMatrixFree || _options.Stride > 1 ? default : spread);
    }

    // The state at a window's start, from the one before where there is one.
    private double[] Window(IWindowSolver solver, double[] before, int advance, (ObservationTerms Terms, int First, int Count) window, Prior prior, int target)
    {
        var observed = window.Terms.At(window.First + window.Count - 1).End - window.Terms.At(window.First).Start;
        var limit = _options.MaximumMisfit + (5 * Math.Sqrt(2.0 / Math.Max(1, observed)));
        double[] state = [.. before];
        if (state.Length > 0)
        {
            solver.Advance(state, window.Terms, window.First - advance, advance);
            if (solver.Minimize(state, window, prior, target, _options.Iterations, _options.Tolerance) <= limit && Array.TrueForAll(state, double.IsFinite))
            {
                return state;
            }
        }

        return Cold(solver, window, prior, target);
    }

    private double[] Cold(IWindowSolver solver, (ObservationTerms Terms, int First, int Count) window, Prior prior, int target)
    {
        double[] state = [.. prior.Mean];
        for (double length = FirstLength; length < window.Count; length *= Growth)
        {
            solver.Minimize(state, (window.Terms, window.First, (int)length), prior, 0, 2, _options.Tolerance);
        }

        var misfit = solver.Minimize(state, window, prior, target, _options.Iterations, _options.Tolerance);
        return double.IsFinite(misfit) && Array.TrueForAll(state, double.IsFinite)
            ? state
            : throw new DivergenceException($"4D-Var diverged in the window of {window.Count} steps: expected a finite minimum, got none. "
                + "Take a shorter window or a smaller background variance.");
    }

    private static void Narrow(double[] analysis, double[] variances, Span<float> state, Span<float> spread)
    {
        for (var i = 0; i < analysis.Length; i++)
        {
            (state[i], spread[i]) = ((float)analysis[i], (float)Math.Sqrt(variances[i]));
        }
    }

    /// <summary>Model, window, background.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>The half-width a of the window, which spans 2a + 1 steps.</summary>
        public int HalfWidth { get; init; } = 25;

        /// <summary>The steps whose analyses are taken from one window, which spans <see cref="HalfWidth"/> steps on each side of them. The cost of a record
        /// goes down with it, and the spread is known for 1 only.</summary>
        public int Stride { get; init; } = 1;

        /// <summary>The filter whose analysis at the step before a window is the window's background; by default there is none, and the background is the
        /// climatology.</summary>
        public Component? FirstGuess { get; init; }

        /// <summary>The steps by which a window from a first guess is extended, quasi-statically; by default it is solved at once.</summary>
        public int? Extension { get; init; }

        /// <summary>The most Gauss-Newton steps at each length that a window is extended from. With short extensions one will do, and with few iterations of
        /// conjugate gradients.</summary>
        public int ExtensionIterations { get; init; } = 2;

        /// <summary>How the background's errors are correlated, where there are no matrices: by default wave by wave on grids of two axes and in windows from a
        /// first guess, else not at all.</summary>
        public BackgroundCorrelation Correlation { get; init; }

        /// <summary>The length L of correlations exp(-r² / 2 L²) in place of the spectrum that a free run, or the first guess, shows; in distances of
        /// neighbours.</summary>
        public double? LengthScale { get; init; }

        /// <summary>The steps of the reference observations that the first guess's errors are estimated from.</summary>
        public int StatisticsSteps { get; init; } = 400;

        /// <summary>Where there are no matrices, the residual over the gradient at which conjugate gradients stop.</summary>
        public double SolverTolerance { get; init; } = 1e-3;

        /// <summary>Where there are no matrices, the most iterations of conjugate gradients a Gauss-Newton step.</summary>
        public int SolverIterations { get; init; } = 250;

        /// <summary>Where there are no matrices, whether the model and its derivatives are computed in single precision, in about half of the time, where the
        /// model can; sums stay in double.</summary>
        public bool Single { get; init; }

        /// <summary>Whether the analysis is at the window's end, as if the step were the newest, in place of its centre; with a stride the steps after it are
        /// forecasts.</summary>
        public bool Nowcast { get; init; }

        /// <summary>The variance of the background, the climatology's mean, at the window's start; by default the climatology's.</summary>
        [Tuned(5, 13, 50)]
        public double? BackgroundVariance { get; init; }

        /// <summary>The most Gauss-Newton steps at the whole window.</summary>
        public int Iterations { get; init; } = 15;

        /// <summary>The predicted decrease of the cost below which a Gauss-Newton step is the last.</summary>
        public double Tolerance { get; init; } = 5;

        /// <summary>Twice the cost over the number of observations, sampling error aside, above which a minimum reached from the neighbour is sought again from
        /// the start.</summary>
        public double MaximumMisfit { get; init; } = 1.5;

        /// <summary>How the equations of a Gauss-Newton step are solved; by default without matrices from 400 entries on, where the model has an
        /// adjoint, and then without a spread.</summary>
        public FourDVarSolver Solver { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(HalfWidth is >= 0 and < int.MaxValue / 4, nameof(HalfWidth), $"0 to {int.MaxValue / 4}", HalfWidth)
            .Require(Stride is >= 1 and < int.MaxValue / 4, nameof(Stride), $"1 to {int.MaxValue / 4}", Stride)
            .Require(Extension is null or >= 1, nameof(Extension), "at least 1", Extension)
            .Require(Extension is null || FirstGuess is not null, nameof(Extension), "none without a first guess, where windows grow by themselves", Extension)
            .Require(ExtensionIterations >= 1, nameof(ExtensionIterations), "at least 1", ExtensionIterations)
            .Require(Correlation != BackgroundCorrelation.Matrix, nameof(Correlation), "automatic, independent or spectral", Correlation)
            .Require(
                Solver != FourDVarSolver.Dense || (FirstGuess is null && Correlation != BackgroundCorrelation.Spectral), nameof(Solver),
                "conjugateGradients or automatic with a first guess or a spectral correlation", Solver)
            .Require(LengthScale is null or (> 0 and < double.PositiveInfinity), nameof(LengthScale), "a finite number greater than 0", LengthScale)
            .Require(StatisticsSteps >= 4, nameof(StatisticsSteps), "at least 4", StatisticsSteps)
            .Require(SolverTolerance is > 0 and < 1, nameof(SolverTolerance), "a number greater than 0 and less than 1", SolverTolerance)
            .Require(SolverIterations >= 1, nameof(SolverIterations), "at least 1", SolverIterations)
            .Require(Iterations >= 1, nameof(Iterations), "at least 1", Iterations)
            .Require(Tolerance > 0 && double.IsFinite(Tolerance), nameof(Tolerance), "a finite number greater than 0", Tolerance)
            .Require(MaximumMisfit > 1, nameof(MaximumMisfit), "greater than 1", MaximumMisfit)
            .Require(
                BackgroundVariance is null or (> 0 and < double.PositiveInfinity), nameof(BackgroundVariance), "a finite number greater than 0",
                BackgroundVariance);
    }
}
