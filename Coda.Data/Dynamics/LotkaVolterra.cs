using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>Lotka (1925) and Volterra (1926), predator and prey: dprey/dt = (a - b predator) prey, dpredator/dt = (-c + d prey) predator.</summary>
/// <remarks>
/// V. Volterra, "Fluctuations in the abundance of a species considered mathematically", Nature 118, 1926, doi:10.1038/118558a0. Numbers are greater than 0, so
/// that methods work on their logarithms. Rates are in units of inverse time; b and d also in those of the other's inverse number. All four can be estimated.
/// The defaults are round numbers of the size that fits of hares and lynxes by the year have, in thousands (B. Carpenter, "Predator-prey population dynamics:
/// the Lotka-Volterra model in Stan", 2018). Immutable; safe to share.
/// </remarks>
public sealed class LotkaVolterra : DynamicalSystem
{
    private const double Most = 100; // of a rate

    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its rates.</param>
    /// <exception cref="ArgumentException">A rate is not greater than 0.</exception>
    public LotkaVolterra(Options options)
    {
        var faults = new Faults("lotka-volterra");
        foreach (var (name, rate) in new[]
        {
            (nameof(options.A), options.A), (nameof(options.B), options.B), (nameof(options.C), options.C), (nameof(options.D), options.D),
        })
        {
            faults.Require(rate is > 0 and <= Most, name, FormattableString.Invariant($"greater than 0, at most {Most}"), rate);
        }

        faults.ThrowIfAny();
        _options = options;
        Parameters = [new("a", options.A, 0, Most), new("b", options.B, 0, Most), new("c", options.C, 0, Most), new("d", options.D, 0, Most)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; } = StateLayout.Of("prey", "predator").Within(StateDomain.Positive);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var (prey, predator) = (x.Slice(0, 1), x.Slice(1, 1));
        return Field<T>.Concat(-1, (p["a"] - p["b"] * predator) * prey, (p["d"] * prey - p["c"]) * predator);
    }

    /// <summary>Volterra's: d x - c ln x + b y - a ln y.</summary>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p)
    {
        var (prey, predator) = (x.Slice(0, 1), x.Slice(1, 1));
        return [new("orbit", (p["d"] * prey - p["c"] * prey.Log() + p["b"] * predator - p["a"] * predator.Log()).Sum(-1))];
    }

    /// <summary>A third off the equilibrium, c / d and a / b: on an orbit that is not a point.</summary>
    public override double[] ReferenceState() => [1.5 * _options.C / _options.D, _options.A / _options.B];

    /// <summary>Its rates.</summary>
    public sealed record Options
    {
        /// <summary>The rate a at which the prey grows where there is no predator.</summary>
        public double A { get; init; } = 0.5;

        /// <summary>The rate b at which one predator takes the prey.</summary>
        public double B { get; init; } = 0.025;

        /// <summary>The rate c at which the predator dies where there is no prey.</summary>
        public double C { get; init; } = 0.8;

        /// <summary>The rate d at which one prey lets the predator grow.</summary>
        public double D { get; init; } = 0.025;
    }
}
