using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>Palmer (1993), Lorenz's convection coupled to a slow linear oscillator, as mid-latitudes to the tropics.</summary>
/// <remarks>
/// dx/dt = σ (y - x) + v, dy/dt = x (ρ - z) - y + u, dz/dt = x y - β z, du/dt = -ω v - k (u - u*) - y, dv/dt = ω (u - u*) - k v - x.
/// T. N. Palmer, "Extended-range atmospheric prediction and the Lorenz model", Bull. Am. Meteorol. Soc. 74, 1993, pages 49-66.
/// M. Goodliff and T. Miyoshi, "Using data assimilation to improve data-driven models", observe x, y and z at every step of .05 with sigma 1 and analyze them
/// by <see cref="Lorenz63"/>. Scores to expect there: 3D-Var with the climatology's covariance .88 (and as much with this system as model), with a hundredth
/// of it .57, ETKF of 20 members with inflation 1.4 .54; with hidden variables learned from the observations (<see cref="HiddenForcingSystem"/>) .14 for the
/// extended Kalman filter and .06 for its smoother, with this system .14 and .02 (docs/learned/hidden-variables.md).
/// Dimensionless; the state is (x, y, z, u, v). All parameters but u* can be trained. Immutable; safe to share.
/// </remarks>
public sealed class CoupledLorenz63 : DynamicalSystem
{
    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public CoupledLorenz63(Options options)
    {
        new Faults("coupled-lorenz63")
            .Require(options.Sigma > 0, nameof(options.Sigma), "a number greater than 0", options.Sigma)
            .Require(options.Rho > 0, nameof(options.Rho), "a number greater than 0", options.Rho)
            .Require(options.Beta > 0, nameof(options.Beta), "a number greater than 0", options.Beta)
            .Require(options.Frequency > 0, nameof(options.Frequency), "a number greater than 0", options.Frequency)
            .Require(options.Damping >= 0, nameof(options.Damping), "a number of at least 0", options.Damping)
            .Require(double.IsFinite(options.Anomaly), nameof(options.Anomaly), "a finite number", options.Anomaly)
            .ThrowIfAny();
        _options = options;
        Parameters =
        [
            new("sigma", options.Sigma, 0, 100), new("rho", options.Rho, 0, 200), new("beta", options.Beta, 0, 20), new("omega", options.Frequency, 0, 20),
            new("k", options.Damping, 0, 10),
        ];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; } = StateLayout.Of("x", "y", "z", "u", "v");

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (x, y, z) = (state.Slice(0, 1), state.Slice(1, 1), state.Slice(2, 1));
        var (u, v) = (state.Slice(3, 1) - _options.Anomaly, state.Slice(4, 1));
        return Field<T>.Concat(
            -1,
            p["sigma"] * (y - x) + v,
            x * (p["rho"] - z) - y + u + _options.Anomaly,
            x * y - p["beta"] * z,
            -(p["omega"] * v) - p["k"] * u - y,
            p["omega"] * u - p["k"] * v - x);
    }

    /// <inheritdoc/>
    public override double[] ReferenceState() => [1.5, -1.5, 25.5, 3, 3];

    /// <summary>The model's parameters; the defaults are Palmer's.</summary>
    public sealed record Options
    {
        /// <summary>The Prandtl number σ.</summary>
        public double Sigma { get; init; } = 10;

        /// <summary>The Rayleigh number relative to its critical value, ρ.</summary>
        public double Rho { get; init; } = 28;

        /// <summary>The aspect factor β.</summary>
        public double Beta { get; init; } = 8.0 / 3;

        /// <summary>ω, the frequency of the oscillator.</summary>
        public double Frequency { get; init; } = 1.5;

        /// <summary>k, the damping of the oscillator.</summary>
        public double Damping { get; init; } = 0.1;

        /// <summary>u*, the anomaly that forces the oscillator.</summary>
        public double Anomaly { get; init; }
    }
}
