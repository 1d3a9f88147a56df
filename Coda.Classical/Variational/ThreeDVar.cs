using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>3D-Var: x_a minimizes |x - x_f|² in B⁻¹ plus the misfit of the step's observations, and the model carries it to the next step.</summary>
/// <remarks>
/// A. C. Lorenc, "Analysis methods for numerical weather prediction", Q. J. R. Meteorol. Soc. 112, 1986, doi:10.1002/qj.49711247414. B = β C, where C is the
/// covariance of a free run of the model; β is to be tuned. The minimum is found by the Kalman gain, exactly where H is linear. A filter. The spread is that
/// of the static B after the update: it does not follow the flow. Large states have no matrix: C is then an operator, wave by wave, conjugate gradients in
/// control space find the minimum, the same where C is, and there is no spread.
/// </remarks>
[System.ComponentModel.Description("3D-Var, cycled; by an operator and conjugate gradients where the state is large.")]
public sealed class ThreeDVar : VariationalMethod
{
    private const int Matrices = 3;
    private const int LeastSize = 1000; // from where on waves take less time and memory than a matrix
    private const int Vectors = 100;    // of a state: free runs side by side, and what conjugate gradients keep
    private const double Samples = 3.0 * (1 << 24); // numbers: samples of the spectrum, in three forms

    private readonly Options _options;
    private readonly int[]? _corrected; // entries of the state; nothing for all

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model and covariance.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model.</exception>
    public ThreeDVar(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        _corrected = Corrected(options);
    }

    /// <inheritdoc/>
    private protected override CovarianceForm Covariance =>
        _options.Correlation == BackgroundCorrelation.Spectral || (_options.Correlation == BackgroundCorrelation.Automatic && Layout.Size >= LeastSize)
            ? CovarianceForm.Spectral : CovarianceForm.Matrix;

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        var steps = Math.Min(StepByStep.Length(Linearized), archive.Steps.Count);
        return Covariance == CovarianceForm.Matrix ? Linearized.Memory(Name, steps, 1, Matrices) : new MemoryNeed($"Method '{Name}'")
            .Add("samples of a climatology", sizeof(double), Math.Min(Samples, 16.0 * Vectors * 3 * Layout.Size))
            .Add("free runs and conjugate gradients", sizeof(double), Vectors, Layout.Size)
            .Add(FormattableString.Invariant($"observations and states of {steps} steps"), sizeof(double), steps, archive.SiteCount + (double)Layout.Size);
    }

    /// <inheritdoc/>
    /// <remarks>Each step needs the one before: one worker does all, from the record's start.</remarks>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request = Require(archive.Description, request);
        archive = Linearized.Scales.Of(archive);
        return Linearized.Scales.Back(StepByStep.Analyze(
            archive, request, new ErrorVariance(_options.Sigma, archive.Description.Sigma), Linearized,
            () => Filtering(Climatology.Get(request.Cancellation)),
            () => new InnovationWatch(Name, Observed.Value, Layout.Size, "Raise the background's share of the climatology's covariance.")));
    }

    private IStepFilter Filtering(ModelClimatology climatology) => climatology.Operator is { } covariance
        ? new CorrelatedFilter(Linearized, new Prior(climatology.Mean, covariance), covariance.Times(Math.Sqrt(_options.BackgroundScale)))
        : new Filter(Linearized, climatology, _options.BackgroundScale, _corrected);

    private int[]? Corrected(Options options)
    {
        var names = options.Corrected;
        new Faults(Name)
            .Require(names is null || (names.Count > 0 && names.Distinct().Count() == names.Count && names.All(n => Layout.Fields.Any(f => f.Name == n))),
                nameof(options.Corrected), $"fields of {Layout}, each once", names is null ? null : string.Join(", ", names))
            .Require(names is null || Covariance == CovarianceForm.Matrix, nameof(options.Corrected),
                "none where the covariance is held by waves (correlation=matrix holds it as a matrix)", names is null ? null : string.Join(", ", names))
            .ThrowIfAny();
        return names is null ? null : [.. Enumerable.Range(0, Layout.Size).Where(entry => names.Contains(Layout.FieldAt(entry).Name))];
    }

    /// <summary>Model and covariance.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>β, the share of the climatology's covariance that the background's error has.</summary>
        [Tuned(0.005, 0.01, 0.015, 0.02, 0.03)]
        public double BackgroundScale { get; init; } = 0.015;

        /// <summary>How the climatology's covariance is held; by default as a matrix of states of fewer than 1,000 entries, else by waves.</summary>
        public BackgroundCorrelation Correlation { get; init; }

        /// <summary>The fields that observations correct; all by default. Others go on as the model carries them, such as the memory of an emulator, whose
        /// regression on what is observed a background as uncertain as the climatology makes too much of.</summary>
        public IReadOnlyList<string>? Corrected { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(BackgroundScale > 0 && double.IsFinite(BackgroundScale), nameof(BackgroundScale), "a finite number greater than 0", BackgroundScale)
            .Require(
                Correlation != BackgroundCorrelation.Independent, nameof(Correlation),
                "automatic, matrix or spectral: without correlations nothing but what is observed would change", Correlation);
    }

    private sealed class Filter(LinearizedModel model, ModelClimatology climatology, double scale, int[]? corrected) : IStepFilter
    {
        private readonly Jacobian _model = model.StartModel();
        private readonly ObservationUpdate _update = new(model, corrected);
        private readonly double[] _climatology = Of(climatology, corrected);
        private readonly double[] _covariance = new double[(corrected?.Length ?? climatology.Mean.Length) * (corrected?.Length ?? climatology.Mean.Length)];
        private readonly double[] _next = new double[climatology.Mean.Length];
        private double[] _state = [];

        public void Start() => _state = [];

        public void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch)
        {
            var isFirst = _state.Length == 0;
            if (isFirst)
            {
                _state = [.. climatology.Mean];
            }
            else
            {
                _model.Apply(_state, _next, 1, observations.Forcing(row - 1));
                _next.CopyTo(_state, 0);
            }

            // The climatology itself is the background of the first step.
            var share = isFirst ? 1 : scale;
            System.Numerics.Tensors.TensorPrimitives.Multiply(_climatology, share, _covariance);
            var size = corrected?.Length ?? _state.Length;
            _update.Assimilate(observations, row, _state, _covariance, size, watch);
            for (var i = 0; i < _state.Length; i++)
            {
                state[i] = (float)_state[i];
                spread[i] = (float)Math.Sqrt(share * Math.Max(0, climatology.Variances[i])); // of what is not corrected, that of the background
            }

            for (var i = 0; i < size; i++)
            {
                spread[corrected?[i] ?? i] = (float)Math.Sqrt(Math.Max(0, _covariance[(i * size) + i]));
            }
        }

        private static double[] Of(ModelClimatology climatology, int[]? entries) => entries is null
            ? climatology.Covariance
            : [.. entries.SelectMany(i => entries.Select(j => climatology.Covariance[(i * climatology.Mean.Length) + j]))];

        public void Dispose()
        {
            _model.Dispose();
            _update.Dispose();
        }
    }
}
