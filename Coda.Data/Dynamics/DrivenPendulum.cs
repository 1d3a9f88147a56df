using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>A damped pendulum driven by a periodic torque: dθ/dt = ω, dω/dt = -q ω - sin θ + g cos(f t).</summary>
/// <remarks>
/// G. L. Baker and J. P. Gollub, "Chaotic Dynamics: An Introduction", 2nd edition, Cambridge University Press, 1996, chapter 3, with q in place of their 1/q;
/// chaotic at q = 1/2, f = 2/3 and g = 1.5, among others. Dimensionless; time in periods of small swings over 2π, θ in radians, not taken back to one turn.
/// The drive is a function of the time since step 0, which graphs take in single precision: its phase is good to some 10⁻⁷ times the time. q, g and f can be
/// trained. Immutable; safe to share.
/// </remarks>
public sealed class DrivenPendulum : DynamicalSystem
{
    /// <summary>Makes the system.</summary>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public DrivenPendulum(Options options)
    {
        new Faults("driven-pendulum")
            .Require(options.Damping is >= 0 and <= 10, nameof(options.Damping), "0 to 10", options.Damping)
            .Require(options.Amplitude is >= 0 and <= 10, nameof(options.Amplitude), "0 to 10", options.Amplitude)
            .Require(options.Frequency is > 0 and <= 10, nameof(options.Frequency), "greater than 0, at most 10", options.Frequency)
            .ThrowIfAny();
        Layout = StateLayout.Of("theta", "omega");
        Parameters = [new("q", options.Damping, 0, 10), new("g", options.Amplitude, 0, 10), new("f", options.Frequency, 0, 10)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing { get; } = [ForcingDefinition.Time];

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (theta, omega) = (state.Slice(0, 1), state.Slice(1, 1));
        return Field<T>.Concat(-1, omega, p["g"] * (p["f"] * p["time"]).Cos() - p["q"] * omega - theta.Sin());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p)
    {
        var (theta, omega) = (x.Slice(0, 1), x.Slice(1, 1));
        return [new("energy", (omega * omega / 2 - theta.Cos()).Sum(-1)) { Where = new Dictionary<string, double> { ["q"] = 0, ["g"] = 0 } }];
    }

    /// <inheritdoc/>
    public override double[] ReferenceState() => [0.2, 0];

    /// <summary>The pendulum's parameters; the defaults are those of chaotic motion in Baker and Gollub.</summary>
    public sealed record Options
    {
        /// <summary>The damping q.</summary>
        public double Damping { get; init; } = 0.5;

        /// <summary>The amplitude g of the drive.</summary>
        public double Amplitude { get; init; } = 1.5;

        /// <summary>The angular frequency f of the drive.</summary>
        public double Frequency { get; init; } = 2.0 / 3;
    }
}
