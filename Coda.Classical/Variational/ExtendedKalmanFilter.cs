using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>The extended Kalman filter: x_f = M(x_a), P_f = ρ² M P_a Mᵀ + q I, and at every observation the Kalman gain.</summary>
/// <remarks>
/// A. H. Jazwinski, "Stochastic Processes and Filtering Theory", Academic Press, 1970, section 8.3. R is diagonal, so that observations are taken in one
/// after another. It starts from the model's climatology. A filter: analyses use the past and the present only.
/// </remarks>
[System.ComponentModel.Description("The extended Kalman filter.")]
public sealed class ExtendedKalmanFilter : VariationalMethod
{
    private const int Matrices = 6;

    private readonly Options _options;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model, variances, inflation.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model.</exception>
    public ExtendedKalmanFilter(AnalysisContext context, Options options)
        : base(context, options) => _options = options;

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) =>
        Linearized.Memory(Name, Math.Min(StepByStep.Length(Linearized), archive.Steps.Count), 1, Matrices);

    /// <inheritdoc/>
    /// <remarks>Each step needs the one before: one worker does all, from the record's start.</remarks>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request = Require(archive.Description, request);
        archive = Linearized.Scales.Of(archive);
        return Linearized.Scales.Back(StepByStep.Analyze(
            archive, request, new ErrorVariance(_options.Sigma, archive.Description.Sigma), Linearized,
            () => new Filter(Linearized, Climatology.Get(request.Cancellation).Prior(_options.PriorVariance), _options),
            () => new InnovationWatch(Name, Observed.Value, Layout.Size, "Raise the model's error variance or the inflation.")));
    }

    /// <summary>Model, variances, inflation.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>q, the variance of the model's error in one step.</summary>
        [Tuned(1e-6, 1e-5, 3e-5, 1e-4, 1e-3, 1e-2)]
        public double ModelErrorVariance { get; init; } = 3e-5;

        /// <summary>The inflation ρ of the forecast's deviations in one step.</summary>
        public double Inflation { get; init; } = 1;

        /// <summary>The variance of the state before the first step; by default the model's climatology.</summary>
        public double? PriorVariance { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(
                ModelErrorVariance >= 0 && double.IsFinite(ModelErrorVariance), nameof(ModelErrorVariance), "a finite number of at least 0", ModelErrorVariance)
            .Require(Inflation >= 1 && double.IsFinite(Inflation), nameof(Inflation), "a finite number of at least 1", Inflation)
            .Require(PriorVariance is null or (> 0 and < double.PositiveInfinity), nameof(PriorVariance), "a finite number greater than 0", PriorVariance);
    }

    private sealed class Filter : IStepFilter
    {
        private readonly Jacobian _model;
        private readonly ObservationUpdate _update;
        private readonly Prior _prior;
        private readonly CovarianceForecast _forecast;
        private readonly int _size;
        private readonly int _stride;
        private readonly double[] _state;
        private readonly double[] _covariance;
        private bool _isFirst = true;

        public Filter(LinearizedModel model, Prior prior, Options options)
        {
            (_model, _update, _prior, _size) = (model.StartModel(), new ObservationUpdate(model), prior, model.Layout.Size);
            _forecast = new CovarianceForecast([.. Enumerable.Repeat(options.ModelErrorVariance, _size)]) { Inflation = options.Inflation };
            (_stride, _state, _covariance) = (_forecast.Stride, new double[_size], new double[_forecast.Entries]);
        }

        public void Start() => _isFirst = true;

        public void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch)
        {
            if (_isFirst)
            {
                Begin();
            }
            else
            {
                Forecast(observations.Forcing(row - 1));
            }

            _update.Assimilate(observations, row, _state, _covariance, _stride, watch);
            for (var i = 0; i < _size; i++)
            {
                state[i] = (float)_state[i];
                spread[i] = (float)Math.Sqrt(_covariance[(i * _stride) + i]);
            }
        }

        public void Dispose()
        {
            _model.Dispose();
            _update.Dispose();
        }

        private void Begin()
        {
            _isFirst = false;
            _prior.Mean.CopyTo(_state, 0);
            Array.Clear(_covariance);
            for (var i = 0; i < _size; i++)
            {
                _covariance[(i * _stride) + i] = _prior.Variances[i];
            }
        }

        private void Forecast(ReadOnlySpan<double> forcing)
        {
            _model.Evaluate(_state, 1, forcing);
            _model.Value(0).CopyTo(_state);
            _forecast.Apply(_model, 0, _covariance);
        }
    }
}
