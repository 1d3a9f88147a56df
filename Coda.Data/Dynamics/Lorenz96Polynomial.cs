using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>
/// Lorenz-96 with a cubic of the local state for unresolved scales: dx_k/dt = (x_{k+1} - x_{k-2}) x_{k-1} - x_k + F + a1 x_k + a2 x_k² + a3 x_k³.
/// </summary>
/// <remarks>
/// D. S. Wilks, "Effects of stochastic parametrizations in the Lorenz '96 system", Q. J. R. Meteorol. Soc. 131, 2005, doi:10.1256/qj.04.03, eq. 16 without
/// noise and with the polynomial's constant in F. The defaults are the regression of <see cref="Lorenz96TwoLevel"/>'s coupling on x at its defaults (36 sites,
/// F = b = c = 10, h = 1): what a deterministic function of the local state can know of it, so a baseline for learned corrections. F, a1, a2 and a3 can be
/// trained. Immutable; safe to share.
/// </remarks>
public sealed class Lorenz96Polynomial : DynamicalSystem
{
    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its size, forcing and polynomial.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public Lorenz96Polynomial(Options options)
    {
        new Faults("lorenz96-polynomial")
            .Require(options.Size >= 4, nameof(options.Size), "at least 4", options.Size)
            .Require(double.IsFinite(options.Forcing), nameof(options.Forcing), "a finite number", options.Forcing)
            .Require(double.IsFinite(options.Linear), nameof(options.Linear), "a finite number", options.Linear)
            .Require(double.IsFinite(options.Quadratic), nameof(options.Quadratic), "a finite number", options.Quadratic)
            .Require(double.IsFinite(options.Cubic), nameof(options.Cubic), "a finite number", options.Cubic)
            .ThrowIfAny();
        _options = options;
        Layout = StateLayout.On(new Ring(options.Size));
        Parameters =
            [new("F", options.Forcing, 0, 30), new("a1", options.Linear, -2, 1), new("a2", options.Quadratic, -0.5, 0.5),
                new("a3", options.Cubic, -0.02, 0.02)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) =>
        (x.Roll(-1) - x.Roll(2)) * x.Roll(1) - x + (p["F"] + x * (p["a1"] + x * (p["a2"] + x * p["a3"])));

    /// <inheritdoc/>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p) =>
        [new("energy", (x * x).Sum(-1)) { Where = new Dictionary<string, double> { ["F"] = 0, ["a1"] = 1, ["a2"] = 0, ["a3"] = 0 } }];

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [0];

    /// <inheritdoc/>
    public override double[] ReferenceState()
    {
        var state = new double[_options.Size];
        Array.Fill(state, _options.Forcing / 2);
        state[_options.Size / 2] += 0.01;
        return state;
    }

    /// <summary>Size, forcing and polynomial.</summary>
    public sealed record Options
    {
        /// <summary>The number of sites K, at least 4.</summary>
        public int Size { get; init; } = 36;

        /// <summary>The forcing F, the polynomial's constant included.</summary>
        public double Forcing { get; init; } = 9.837;

        /// <summary>The coefficient a1 of x.</summary>
        public double Linear { get; init; } = -0.414;

        /// <summary>The coefficient a2 of x².</summary>
        public double Quadratic { get; init; } = 0.0035;

        /// <summary>The coefficient a3 of x³.</summary>
        public double Cubic { get; init; } = 0.0014;
    }
}
