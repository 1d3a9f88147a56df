using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>Lorenz (1963) convection model: dx/dt = σ (y - x), dy/dt = x (ρ - z) - y, dz/dt = x y - β z; dx/dt + w where a series w drives it.</summary>
/// <remarks>
/// E. N. Lorenz, "Deterministic nonperiodic flow", J. Atmos. Sci. 20, 1963, eqs. 25-27, doi:10.1175/1520-0469(1963)020&lt;0130:DNF&gt;2.0.CO;2.
/// Dimensionless; the state is (x, y, z). sigma, rho and beta can be trained. Immutable; safe to share.
/// </remarks>
public sealed class Lorenz63 : DynamicalSystem
{
    /// <summary>Makes the system.</summary>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public Lorenz63(Options options)
    {
        new Faults("lorenz63")
            .Require(options.Sigma > 0, nameof(options.Sigma), "a number greater than 0", options.Sigma)
            .Require(options.Rho > 0, nameof(options.Rho), "a number greater than 0", options.Rho)
            .Require(options.Beta > 0, nameof(options.Beta), "a number greater than 0", options.Beta)
            .ThrowIfAny();
        Layout = StateLayout.Of("x", "y", "z");
        Forcing = options.IsForced ? [new("w")] : [];
        Parameters = [new("sigma", options.Sigma, 0, 100), new("rho", options.Rho, 0, 200), new("beta", options.Beta, 0, 20)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (x, y, z) = (state.Slice(0, 1), state.Slice(1, 1), state.Slice(2, 1));
        var convection = p["sigma"] * (y - x);
        return Field<T>.Concat(-1, Forcing.Count > 0 ? convection + p["w"] : convection, x * (p["rho"] - z) - y, x * y - p["beta"] * z);
    }

    /// <inheritdoc/>
    public override double[] ReferenceState() => [1.509, -1.531, 25.46];

    /// <summary>The model's parameters; the defaults are Lorenz's.</summary>
    public sealed record Options
    {
        /// <summary>The Prandtl number σ.</summary>
        public double Sigma { get; init; } = 10;

        /// <summary>The Rayleigh number relative to its critical value, ρ.</summary>
        public double Rho { get; init; } = 28;

        /// <summary>The aspect factor β.</summary>
        public double Beta { get; init; } = 8.0 / 3;

        /// <summary>Whether a series w drives x, as in studies of unresolved slow variables.</summary>
        public bool IsForced { get; init; }
    }
}
