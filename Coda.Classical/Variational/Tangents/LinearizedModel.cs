using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Tangents;

/// <summary>The forecast model M and the observation operator H of a Gauss-Newton method, each with its derivative.</summary>
/// <remarks>Immutable but for what is found on first use; safe to share. Workers each start their own <see cref="Jacobian"/>.</remarks>
internal sealed class LinearizedModel
{
    private readonly ForecastModel _model;
    private readonly ObservationOperator _operator;
    private readonly (ForcingSeries Series, long Start)? _forcing; // of the reference
    private readonly Lazy<JacobianPattern> _pattern;
    private readonly Lazy<JacobianPattern> _observationPattern;

    /// <summary>Joins a model and an operator.</summary>
    /// <param name="model">M.</param>
    /// <param name="observations">H.</param>
    /// <param name="scales">The units of the states and of what is observed of them.</param>
    /// <param name="reference">The record whose forcing free runs take, where the model has one.</param>
    /// <exception cref="ArgumentException">The model has no tangent, or the record not the model's forcing.</exception>
    public LinearizedModel(ForecastModel model, ObservationOperator observations, FieldScales scales, IObservationArchive? reference = null)
    {
        (_model, _operator, Scales) = (model, observations, scales);
        _forcing = reference is not null && ForcingSeries.Of(model.Forcing, reference) is { } series ? (series, reference.Description.Steps.Start) : null;
        StartTangent().Dispose();
        _pattern = new(() => Pattern(() => StartTangent(), TypicalForcing(0)));
        _observationPattern = new(() => Pattern(StartOperator));
    }

    /// <summary>The units of the states and of what is observed of them.</summary>
    public FieldScales Scales { get; }

    /// <summary>Which forecast model it is, in words.</summary>
    public string Description => _model.Description;

    /// <summary>q, the variance of the model's error in one step, where it is known.</summary>
    public double? ErrorVariance => _model.ErrorVariance;

    /// <summary>The layout of the states.</summary>
    public StateLayout Layout => _model.Layout;

    /// <summary>A state of the model's, its parameters' values among it where it holds some; nothing where none is known. [space]</summary>
    public IReadOnlyList<double>? ReferenceState => _model.ReferenceState;

    /// <summary>The time step dt.</summary>
    public double StepLength => _model.StepLength;

    /// <summary>The number of sites.</summary>
    public int SiteCount => _operator.SiteCount;

    /// <summary>The state entry that each site lies at or is centred on. [site]</summary>
    public IReadOnlyList<int> Locations => _operator.Locations;

    /// <summary>Whether the model has an adjoint.</summary>
    public bool HasAdjoint
    {
        get
        {
            using var adjoint = _model.StartAdjoint();
            return adjoint is not null;
        }
    }

    /// <summary>Where the derivative of M can differ from 0.</summary>
    public JacobianPattern ModelPattern => _pattern.Value;

    /// <summary>Where the derivative of H can differ from 0.</summary>
    public JacobianPattern ObservationPattern => _observationPattern.Value;

    /// <summary>Takes the model that options name, and the operator of the reference archive.</summary>
    /// <param name="context">The reference observations, and the trained model if there is one.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">No model is known, it has no tangent, or the archive's operator does not fit its layout.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The trained model cannot read the archive, or has no forecast.onnx.</exception>
    public static LinearizedModel Of(AnalysisContext context, ForecastingOptions options)
    {
        var (archive, model) = (context.Reference.Description, options.Choose(context.Forecast));
        var observations = ModelOperator.Of(archive, model);
        new Faults($"{model.Description} against the archive")
            .Require(
                observations.SiteCount == archive.SiteCount,
                    nameof(archive.SiteCount), $"{observations.SiteCount}, as '{archive.Operator.Name}' gives on {model.Layout}", archive.SiteCount)
            .ThrowIfAny();
        var scales = new FieldScales(archive, model.Layout, observations);
        return new LinearizedModel(scales.Of(model), observations, scales, context.Reference);
    }

    /// <summary>Starts a worker's M.</summary>
    public Jacobian StartModel() => new(StartTangent(), _pattern.Value);

    /// <summary>Starts a worker's H.</summary>
    public Jacobian StartObservations() => new(StartOperator(), _observationPattern.Value);

    /// <summary>A state near those of the model, from which a free run can start. [space]</summary>
    /// <param name="seed">Tells states apart.</param>
    public double[] TypicalState(int seed) => _model.TypicalState(seed);

    /// <summary>The forcing over one of a free run's steps, where the model has one: the reference's, over and over. [2, channel]</summary>
    /// <param name="step">The number of steps since the run's start.</param>
    public double[]? TypicalForcing(long step) => _forcing is var (series, start) ? series.Over(0, series.Recurring(0, start + step)) : null;

    /// <summary>The forcing of an archive; nothing where the model has none.</summary>
    /// <param name="archive">The archive.</param>
    /// <exception cref="ArgumentException">The archive has no such forcing.</exception>
    public RecordForcing? ForcingOf(IObservationArchive archive) => RecordForcing.Of(_model.Forcing, archive);

    /// <summary>The memory that filtering step by step with matrices of the state takes, about.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="steps">The steps read at a time.</param>
    /// <param name="workers">The workers, each with matrices of its own.</param>
    /// <param name="matrices">The matrices of a worker.</param>
    public MemoryNeed Memory(string method, double steps, double workers, int matrices) => new MemoryNeed($"Method '{method}'")
        .AddArray(FormattableString.Invariant($"the covariance of a climatology of {Layout.Size} entries"), sizeof(double), Layout.Size, Layout.Size)
        .Add(
            FormattableString.Invariant($"{matrices} matrices of that size for each of {workers} workers"), sizeof(double), workers, matrices, Layout.Size,
            Layout.Size)
        .Add(FormattableString.Invariant($"observations and states of {steps} steps"), sizeof(double), steps, SiteCount + (double)Layout.Size);

    /// <summary>Refuses an archive that the model cannot be compared with.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">Step length or site count differ.</exception>
    public void Require(string method, ArchiveDescription archive) => new Faults($"{method}: the archive against the model")
        .Require(
            TimeAxis.IsSameStep(StepLength, archive.StepLength), nameof(archive.StepLength), FormattableString.Invariant($"{StepLength}"), archive.StepLength)
        .Require(archive.SiteCount == SiteCount, nameof(archive.SiteCount), $"{SiteCount}", archive.SiteCount)
        .ThrowIfAny();

    /// <summary>Starts a worker's M as a map, without matrices.</summary>
    /// <param name="isDouble">Whether in double precision, where the model can.</param>
    public ITangentMap StartTangent(bool isDouble = true) => _model.StartTangent(isDouble) ?? throw new ArgumentException(
        $"Forecast model '{_model.Name}': expected one with a tangent, got one that only advances states; take an ensemble method or another model, "
        + "or export a trained one that lacks tangent.onnx again.");

    /// <summary>Starts a worker's M with the transpose of its derivative.</summary>
    /// <param name="isDouble">Whether in double precision, where the model can.</param>
    /// <exception cref="ArgumentException">The model has no adjoint.</exception>
    public IAdjointMap StartAdjoint(bool isDouble = true) => _model.StartAdjoint(isDouble) ?? throw new ArgumentException(
        $"Forecast model '{_model.Name}': expected one with an adjoint, got one without; "
        + "set solver=dense, or export a trained model that lacks adjoint.onnx again.");

    /// <summary>Starts a worker's H as a map, without matrices.</summary>
    public AlgebraMap<double> StartOperator() => new(
        Layout.Size, SiteCount, (ops, x) => _operator.Apply(ops, x), (ops, x) => _operator.Apply(ops, x), (ops, x) => _operator.Apply(ops, x));

    private JacobianPattern Pattern(Func<ITangentMap> start, double[]? forcing = null)
    {
        using var map = start();
        return JacobianPattern.Of(map, _model.TypicalState, Layout.Grid is { IsPeriodicLine: true }, forcing);
    }
}
