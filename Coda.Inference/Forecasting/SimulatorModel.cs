using System.Collections.Concurrent;
using System.Numerics;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>A bare simulator from the catalogue, x_{k+1} = M(x_k), without what training learnt.</summary>
/// <remarks>Forecasts are in single precision, as the ONNX files are.</remarks>
public sealed class SimulatorModel : ForecastModel
{
    private readonly Simulator _simulator;
    private readonly IReadOnlyDictionary<string, double> _parameters;
    private readonly bool _isOfArchive;
    private readonly int _channels;
    private readonly ConcurrentBag<BufferAlgebra<float>> _idle = [];

    /// <summary>Makes the model of the system that the options name, else of the archive's.</summary>
    /// <param name="context">The archive, whose step length is taken.</param>
    /// <param name="options">System and scheme.</param>
    /// <exception cref="ArgumentException">No such system or scheme, neither the options nor the archive name a system, or the scheme is unstable at
    /// the archive's step.</exception>
    public SimulatorModel(ForecastContext context, Options options)
        : this(Make(context, options).RequireStable()) => _isOfArchive = options.System is null;

    /// <summary>Makes the model.</summary>
    /// <param name="simulator">System, scheme and time step.</param>
    /// <param name="parameters">Parameters that differ from the system's own values; none by default.</param>
    /// <exception cref="ArgumentException">The system has no such parameter.</exception>
    public SimulatorModel(Simulator simulator, IReadOnlyDictionary<string, double>? parameters = null)
    {
        var all = simulator.System.ParameterNumbers.ToDictionary();
        foreach (var (name, value) in parameters ?? new Dictionary<string, double>())
        {
            all[name] = all.ContainsKey(name)
                ? value
                : throw new ArgumentException($"Expected a parameter of {string.Join(", ", all.Keys)}, got '{name}'.", nameof(parameters));
        }

        (_simulator, _parameters, _channels) = (simulator, all, simulator.System.Forcing.Sum(u => u.Size));
        ReferenceState = simulator.System.Layout.ToWorking(simulator.System.ReferenceState());
    }

    /// <inheritdoc/>
    public override string Description
    {
        get
        {
            var parameters = string.Join(", ", _parameters.Select(p => FormattableString.Invariant($"{p.Key} = {p.Value:G6}")));
            return $"system: {Catalog<DynamicalSystem>.NameOf(_simulator.System.GetType())} {parameters}{(_isOfArchive ? " (the archive's)" : "")}";
        }
    }

    /// <inheritdoc/>
    public override StateLayout Layout => _simulator.System.Layout;

    /// <inheritdoc/>
    public override double StepLength => _simulator.StepLength;

    /// <inheritdoc/>
    public override IReadOnlyList<double> ReferenceState { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => _simulator.System.Forcing;

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => Advance(states, next, batch, default);

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, ReadOnlySpan<float> forcing)
    {
        BatchShape.Require(this, states, next, batch);
        ForcingShape.Require(_channels, forcing.Length, batch);
        if (!_idle.TryTake(out var ops))
        {
            ops = new BufferAlgebra<float>();
        }

        Advance(ops, ops.From(states, batch, StateSize), ops.From(forcing, forcing.Length / Math.Max(1, 2 * _channels), 2, _channels)).Span.CopyTo(next);
        ops.Recycle();
        _idle.Add(ops);
    }

    /// <inheritdoc/>
    public override IStateMap Start(bool isDouble) => isDouble ? Start<double>() : Start<float>();

    /// <inheritdoc/>
    public override ITangentMap StartTangent() => Start<double>();

    /// <inheritdoc/>
    public override IAdjointMap StartAdjoint() => Start<double>();

    /// <inheritdoc/>
    public override ITangentMap StartTangent(bool isDouble) => isDouble ? Start<double>() : Start<float>();

    /// <inheritdoc/>
    public override IAdjointMap StartAdjoint(bool isDouble) => isDouble ? Start<double>() : Start<float>();

    private AlgebraMap<F> Start<F>()
        where F : unmanaged, IBinaryFloatingPointIeee754<F> => new(StateSize, StateSize, _channels, Advance, Advance, Advance, Advance);

    private static Simulator Make(ForecastContext context, Options options)
    {
        var system = DynamicalSystem.Catalog.Create(options.System ?? context.Archive.System ?? throw new ArgumentException(
            "Expected a forecast model, got none: neither a trained model nor a system is named, and the archive names no system. "
            + "Name a trained model (--model DIR) or a system (option system; 'coda systems' lists them), or import the observations with --system."));
        var stepLength = context.Archive.StepLength;
        return new(
            system, options.Integrator is { } named ? Integrator.Catalog.Create(named) : Simulator.UsualIntegrator(system, stepLength), stepLength);
    }

    // forcing: [batch, 2, channel]
    private T Advance<T>(IAlgebra<T> ops, T state, T forcing) =>
        _simulator.Advance(ops, state, ParameterValues<T>.Constants(ops, _parameters).Forced(_simulator.System.Forcing, forcing));

    /// <summary>System and scheme.</summary>
    public sealed record Options
    {
        /// <summary>The system, with its parameters' values; the archive's by default.</summary>
        public Component? System { get; init; }

        /// <summary>The scheme that advances it; by default that of Runge and Kutta of order 4, or the exponential one where the system's linear part is too
        /// stiff for that at the archive's time step.</summary>
        public Component? Integrator { get; init; }
    }
}
