using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>Strong-constraint 4D-Var around every step: the model trajectory that fits the observations of a window, at the window's centre or end.</summary>
/// <remarks>
/// F.-X. Le Dimet and O. Talagrand, Tellus A 38, 1986, doi:10.3402/tellusa.v38i2.11706; incremental as in P. Courtier, J.-N. Thépaut and A. Hollingsworth, Q.
/// J. R. Meteorol. Soc. 120, 1994, doi:10.1002/qj.49712051912, with exact tangent linear and adjoint. Each window starts from its neighbour's trajectory, one
/// step on; where that does not lead to a fit, and at a piece's first step, from the climatology's mean with a window that grows (quasi-static: C. Pires, R.
/// Vautard and O. Talagrand, Tellus A 48, 1996, doi:10.1034/j.1600-0870.1996.00006.x). The background is the climatology's. The record's edges have what is
/// left of their windows.
/// </remarks>
[System.ComponentModel.Description("Strong-constraint 4D-Var in windows, by Gauss-Newton; by adjoint and conjugate gradients where the state is large.")]
public sealed class StrongFourDVar : VariationalMethod
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

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model, window, background.</param>
    /// <exception cref="ArgumentException">Options out of range, no model, or none with an adjoint where conjugate gradients are asked for.</exception>
    public StrongFourDVar(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        _isMatrixFree = options.Solver == FourDVarSolver.ConjugateGradients
            || (options.Solver == FourDVarSolver.Automatic && Layout.Size >= LeastSize && Linearized.HasAdjoint);
        if (_isMatrixFree)
        {
            Linearized.StartAdjoint().Dispose();
        }
    }

    /// <inheritdoc/>
    private protected override bool NeedsCovariance => false;

    /// <inheritdoc/>
    public override int? LookAhead => _options.Nowcast ? 0 : _options.HalfWidth;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        var window = Math.Min(archive.Steps.Count, (2.0 * _options.HalfWidth) + 1);
        var need = _isMatrixFree ? new MemoryNeed($"Method '{Name}'") : Linearized.Memory(Name, 0, workers, Matrices);
        return need
            .Add(PieceMemory.Of(Name, archive.SiteCount, Layout.Size, PiecesPerWorker * (double)workers, StepsOfPiece, 2L * _options.HalfWidth))
            .Add(FormattableString.Invariant($"trajectories and derivatives of windows of {window} steps"), sizeof(double), workers, window, Layout.Size,
                _isMatrixFree ? Trajectories : ArraysOfWindows);
    }

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request = Require(archive.Description, request);
        archive = Linearized.Scales.Of(archive);
        var noise = new ErrorVariance(_options.Sigma, archive.Description.Sigma);
        var forcing = Linearized.ForcingOf(archive);
        var prior = new Lazy<Prior>(() => Climatology.Get(request.Cancellation).Prior(_options.BackgroundVariance));
        return Linearized.Scales.Back(PieceByPiece.Analyze(
            archive, request, StepsOfPiece, 2 * _options.HalfWidth,
            IWindowSolver () => _isMatrixFree ? new AdjointWindowSolver(Linearized) : new WindowSolver(Linearized),
            (solver, piece) => Windows(solver, piece, archive.Description, noise, forcing, prior.Value, request.Cancellation)));
    }

    private StateBlock Windows(
        IWindowSolver solver, Piece piece, ArchiveDescription archive, ErrorVariance noise, RecordForcing? forcing, Prior prior, CancellationToken cancellation)
    {
        var terms = new ObservationTerms(piece.Observations, piece.Observations.Steps, noise, forcing);
        var (size, origin) = (Layout.Size, piece.Observations.Steps.Start);
        var (states, spread, variances) = (new float[piece.Steps.Count * size], new float[piece.Steps.Count * size], new double[size]);
        var (start, previous) = (Array.Empty<double>(), 0L);
        for (var k = piece.Steps.Start; k < piece.Wanted.End; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = Math.Max(k - ((_options.Nowcast ? 2 : 1) * _options.HalfWidth), archive.Steps.Start);
            var end = Math.Min(k + (_options.Nowcast ? 0 : _options.HalfWidth) + 1, archive.Steps.End);
            var window = (terms, (int)(first - origin), (int)(end - first));
            start = Window(solver, start, (int)(first - previous), window, prior, (int)(k - first));
            previous = first;
            double[] analysis = [.. start];
            solver.Advance(analysis, terms, (int)(first - origin), (int)(k - first));
            solver.Variances(variances);
            Narrow(analysis, variances, states.AsSpan((int)(k - piece.Steps.Start) * size), spread.AsSpan((int)(k - piece.Steps.Start) * size));
        }

        return piece.Block(states, size, _isMatrixFree ? default : spread);
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

        /// <summary>Whether the analysis is at the window's end, as if the step were the newest, in place of its centre.</summary>
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
            .Require(Iterations >= 1, nameof(Iterations), "at least 1", Iterations)
            .Require(Tolerance > 0 && double.IsFinite(Tolerance), nameof(Tolerance), "a finite number greater than 0", Tolerance)
            .Require(MaximumMisfit > 1, nameof(MaximumMisfit), "greater than 1", MaximumMisfit)
            .Require(
                BackgroundVariance is null or (> 0 and < double.PositiveInfinity), nameof(BackgroundVariance), "a finite number greater than 0",
                BackgroundVariance);
    }
}
