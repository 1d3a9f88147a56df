using Coda.Classical.Observed;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Classical.Variational;

/// <summary>The model M and the observation operator H of a Gauss-Newton method, each with its derivative: a trained hybrid, or a system of the catalogue.</summary>
/// <remarks>Immutable but for what is found on first use; safe to share. Workers each start their own <see cref="Jacobian"/>.</remarks>
internal sealed class VariationalModel
{
    private readonly Func<ITangentMap> _start;
    private readonly ObservationOperator _operator;
    private readonly Func<int, double[]> _typicalState;
    private readonly Lazy<JacobianPattern> _pattern;
    private readonly Lazy<JacobianPattern> _observationPattern;

    /// <summary>Joins a model and an operator.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="stepLength">The time step dt.</param>
    /// <param name="start">Starts a worker's M.</param>
    /// <param name="observations">H.</param>
    /// <param name="typicalState">A state near those that the model will be used at, different for every number.</param>
    internal VariationalModel(StateLayout layout, double stepLength, Func<ITangentMap> start, ObservationOperator observations, Func<int, double[]> typicalState)
    {
        (Layout, StepLength, _start, _operator, _typicalState) = (layout, stepLength, start, observations, typicalState);
        _pattern = new(() => Pattern(_start));
        _observationPattern = new(() => Pattern(StartOperator));
    }

    /// <summary>The layout of the states.</summary>
    public StateLayout Layout { get; }

    /// <summary>The time step dt.</summary>
    public double StepLength { get; }

    /// <summary>The number of sites.</summary>
    public int SiteCount => _operator.SiteCount;

    /// <summary>Chooses the model: the system that is named, else the trained hybrid, else the system that the reference archive names.</summary>
    /// <param name="context">The reference observations, and the trained model if there is one.</param>
    /// <param name="system">A system of the catalogue, or nothing.</param>
    /// <param name="integrator">Its scheme.</param>
    /// <exception cref="ArgumentException">No model is known, or the archive's operator does not fit its layout.</exception>
    /// <exception cref="ModelMismatchException">The trained model lacks its tangent, or cannot read the archive.</exception>
    public static VariationalModel Of(AnalysisContext context, Component? system, Component integrator) =>
        system is null && context.Model is { } model ? Hybrid(model, context.Reference.Description) : Catalogued(
            system ?? context.Reference.Description.System
                ?? throw new ArgumentException("Expected a model, got an archive that names no system; give the method's option system, or a trained model."),
            integrator,
            context.Reference.Description);

    /// <summary>Where the derivative of M can differ from 0.</summary>
    public JacobianPattern ModelPattern => _pattern.Value;

    /// <summary>Where the derivative of H can differ from 0.</summary>
    public JacobianPattern ObservationPattern => _observationPattern.Value;

    /// <summary>Starts a worker's M.</summary>
    public Jacobian StartModel() => new(_start(), _pattern.Value);

    /// <summary>Starts a worker's H.</summary>
    public Jacobian StartObservations() => new(StartOperator(), _observationPattern.Value);

    /// <summary>A state near those of the model, from which a free run can start. [space]</summary>
    /// <param name="seed">Tells states apart.</param>
    public double[] TypicalState(int seed) => _typicalState(seed);

    /// <summary>The memory that filtering step by step with matrices of the state takes, about.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="steps">The steps read at a time.</param>
    /// <param name="workers">The workers, each with matrices of its own.</param>
    /// <param name="matrices">The matrices of a worker.</param>
    public MemoryNeed Memory(string method, double steps, double workers, int matrices) => new MemoryNeed($"Method '{method}'")
        .AddArray(FormattableString.Invariant($"the covariance of a climate of {Layout.Size} entries"), sizeof(double), Layout.Size, Layout.Size)
        .Add(FormattableString.Invariant($"{matrices} matrices of that size for each of {workers} workers"), sizeof(double), workers, matrices, Layout.Size, Layout.Size)
        .Add(FormattableString.Invariant($"observations and states of {steps} steps"), sizeof(double), steps, SiteCount + (double)Layout.Size);

    /// <summary>Refuses an archive that the model cannot be compared with.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">Step length or site count differ.</exception>
    public void Require(string method, ArchiveDescription archive) => new Faults($"{method}: the archive against the model")
        .Require(Math.Abs(archive.StepLength - StepLength) <= 1e-9 * StepLength, nameof(archive.StepLength), FormattableString.Invariant($"{StepLength}"), archive.StepLength)
        .Require(archive.SiteCount == SiteCount, nameof(archive.SiteCount), $"{SiteCount}", archive.SiteCount)
        .ThrowIfAny();

    private static VariationalModel Hybrid(OnnxModel model, ArchiveDescription archive)
    {
        var card = model.Card.On(archive);
        if (!model.Has(ModelFolder.Tangent) || !model.Has(ModelFolder.Forecast))
        {
            throw new ModelMismatchException($"Model '{card.Name}': expected {ModelFolder.Forecast} and {ModelFolder.Tangent}, got a model without one of them; export it again.");
        }

        return new VariationalModel(
            card.Layout, card.StepLength, () => new HybridMap(model, card.Layout.Size), ObservationOperator.Catalog.Create(card.Operator, card.Layout),
            seed => Near(i => card.ClimatologyMean[i], i => card.ClimatologyDeviation[i], card.Layout.Size, seed));
    }

    private static VariationalModel Catalogued(Component system, Component integrator, ArchiveDescription archive)
    {
        var simulator = new Simulator(DynamicalSystem.Catalog.Create(system), Integrator.Catalog.Create(integrator), archive.StepLength);
        var (layout, numbers) = (simulator.System.Layout, simulator.System.ParameterNumbers);
        var observations = ModelOperator.Of(archive, layout);
        new Faults($"model '{system.Name}' against the archive")
            .Require(observations.SiteCount == archive.SiteCount, nameof(archive.SiteCount), $"{observations.SiteCount}, as '{archive.Operator.Name}' gives on {layout}", archive.SiteCount)
            .ThrowIfAny();
        var reference = simulator.System.ReferenceState();
        return new VariationalModel(
            layout, archive.StepLength, Start, observations, seed => Near(i => reference[i], i => 0.1 + (0.1 * Math.Abs(reference[i])), layout.Size, seed));

        ITangentMap Start() => new AlgebraMap(
            layout.Size,
            layout.Size,
            (ops, x) => simulator.Advance(ops, x, ParameterValues<NdArray<double>>.Constants(ops, numbers)),
            (ops, x) => simulator.Advance(ops, x, ParameterValues<Dual<NdArray<double>>>.Constants(ops, numbers)));
    }

    private static double[] Near(Func<int, double> mean, Func<int, double> deviation, int size, int seed)
    {
        var random = new CounterRandom(0x5EED, seed);
        var state = new double[size];
        for (var i = 0; i < size; i++)
        {
            state[i] = mean(i) + (deviation(i) * random.NextGaussian());
        }

        return state;
    }

    private AlgebraMap StartOperator() => new(
        Layout.Size, SiteCount, (ops, x) => _operator.Apply(ops, x), (ops, x) => _operator.Apply(ops, x));

    private JacobianPattern Pattern(Func<ITangentMap> start)
    {
        using var map = start();
        return JacobianPattern.Of(map, _typicalState, Layout.IsRing);
    }
}
