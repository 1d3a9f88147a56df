using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>Lorenz (1996) one-level model on a ring: dx_k/dt = (x_{k+1} - x_{k-2}) x_{k-1} - x_k + F.</summary>
/// <remarks>
/// E. N. Lorenz, "Predictability: a problem partly solved", Seminar on Predictability, ECMWF, 1996, eq. 1.
/// Dimensionless; one time unit is about 5 days. F can be trained. Immutable; safe to share.
/// </remarks>
public sealed class Lorenz96 : DynamicalSystem
{
    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its size and forcing.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public Lorenz96(Options options)
    {
        new Faults("lorenz96")
            .Require(options.Size >= 4, nameof(options.Size), "at least 4", options.Size)
            .Require(double.IsFinite(options.Forcing), nameof(options.Forcing), "a finite number", options.Forcing)
            .ThrowIfAny();
        _options = options;
        Layout = StateLayout.On(new Ring(options.Size));
        Parameters = [new("F", options.Forcing, 0, 30)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) => (x.Roll(-1) - x.Roll(2)) * x.Roll(1) - x + p["F"];

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [0];

    /// <inheritdoc/>
    public override double[] ReferenceState()
    {
        var state = new double[_options.Size];
        Array.Fill(state, _options.Forcing);
        state[_options.Size / 2] += 0.01;
        return state;
    }

    /// <summary>The model's size and forcing; the defaults are Lorenz's.</summary>
    public sealed record Options
    {
        /// <summary>The number of sites K, at least 4.</summary>
        public int Size { get; init; } = 40;

        /// <summary>The forcing F; chaotic from about 5.</summary>
        public double Forcing { get; init; } = 8;
    }
}
