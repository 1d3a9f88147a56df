using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Samples.Catchment;

/// <summary>The water of a catchment in two linear stores that rain fills: dupper/dt = rain - (f + p) upper, dlower/dt = p upper - s lower.</summary>
/// <remarks>Stores in mm, rates a day. What leaves the stores by f and s is the river's quick and slow flow; p is what seeps from the one into the other.
/// Stores are greater than 0, so that methods work on their logarithms. All three rates can be estimated. Immutable; safe to share.</remarks>
public sealed class Catchment : DynamicalSystem
{
    private const double Most = 10; // of a rate, a day

    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its rates.</param>
    /// <exception cref="ArgumentException">A rate is out of range.</exception>
    public Catchment(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new Faults("catchment");
        foreach (var (name, rate) in new[]
        {
            (nameof(options.QuickFlow), options.QuickFlow), (nameof(options.Percolation), options.Percolation), (nameof(options.SlowFlow), options.SlowFlow),
        })
        {
            faults.Require(rate is > 0 and <= Most, name, FormattableString.Invariant($"greater than 0, at most {Most}"), rate);
        }

        faults.ThrowIfAny();
        _options = options;
        Parameters = [new("f", options.QuickFlow, 0, Most), new("p", options.Percolation, 0, Most), new("s", options.SlowFlow, 0, Most)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; } = new(
    [
        new("upper", new Data.Geometry.Components(1), "mm") { Domain = StateDomain.Positive },
        new("lower", new Data.Geometry.Components(1), "mm") { Domain = StateDomain.Positive },
    ]);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing { get; } = [new("rain", "mm/d")];

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (upper, lower) = (state.Slice(0, 1), state.Slice(1, 1));
        return Field<T>.Concat(-1, p["rain"] - (p["f"] + p["p"]) * upper, p["p"] * upper - p["s"] * lower);
    }

    /// <summary>What the stores hold under 4 mm of rain a day.</summary>
    public override double[] ReferenceState()
    {
        var upper = 4 / (_options.QuickFlow + _options.Percolation);
        return [upper, _options.Percolation * upper / _options.SlowFlow];
    }

    /// <summary>Its rates, a day.</summary>
    public sealed record Options
    {
        /// <summary>The rate f at which the upper store runs into the river.</summary>
        public double QuickFlow { get; init; } = 0.5;

        /// <summary>The rate p at which the upper store seeps into the lower.</summary>
        public double Percolation { get; init; } = 0.1;

        /// <summary>The rate s at which the lower store runs into the river.</summary>
        public double SlowFlow { get; init; } = 0.1;
    }
}
