using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>
/// Lorenz (1996) two-level model: slow x on a ring of K, fast z on one ring of K J.
/// dx_k/dt = (x_{k+1} - x_{k-2}) x_{k-1} - x_k + F - h c z̄_k and dz_j/dt = c [b (z_{j-1} - z_{j+2}) z_{j+1} - z_j + (h / J) x_k].
/// </summary>
/// <remarks>
/// V. Zinchenko and D. S. Greenberg (2024), eqs. 9 and 10, after Lorenz (1996), eqs. 2 and 3; z̄_k is the mean of the J fast variables of site k.
/// Dimensionless. The state is x, then z. F, h, c and b can be trained. Immutable; safe to share.
/// </remarks>
public sealed class Lorenz96TwoLevel : DynamicalSystem, ICoupledSystem
{
    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its sizes, forcing and coupling.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public Lorenz96TwoLevel(Options options)
    {
        new Faults("lorenz96-two-level")
            .Require(options.Size >= 4, nameof(options.Size), "at least 4", options.Size)
            .Require(options.FastPerSlow >= 1, nameof(options.FastPerSlow), "at least 1", options.FastPerSlow)
            .Require(double.IsFinite(options.Forcing), nameof(options.Forcing), "a finite number", options.Forcing)
            .Require(double.IsFinite(options.Coupling), nameof(options.Coupling), "a finite number", options.Coupling)
            .Require(options.TimeScaleRatio > 0, nameof(options.TimeScaleRatio), "a number greater than 0", options.TimeScaleRatio)
            .Require(options.AmplitudeRatio > 0, nameof(options.AmplitudeRatio), "a number greater than 0", options.AmplitudeRatio)
            .ThrowIfAny();
        _options = options;
        Layout = new StateLayout([new("x", new Ring(options.Size)), new("z", new Ring(options.Size * options.FastPerSlow))]);
        Parameters =
        [
            new("F", options.Forcing, 0, 40), new("h", options.Coupling, 0, 10),
            new("c", options.TimeScaleRatio, 0.1, 100), new("b", options.AmplitudeRatio, 0.1, 100),
        ];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public StateLayout ResolvedLayout => StateLayout.On(new Ring(_options.Size));

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (size, fast) = (_options.Size, _options.FastPerSlow);
        var (x, z) = (state.Slice(0, size), state.Slice(size, size * fast));
        var slow = (x.Roll(-1) - x.Roll(2)) * x.Roll(1) - x + p["F"] + Coupling(state, p);
        var waves = (z.Roll(1) - z.Roll(-2)) * z.Roll(-1);
        var driven = p["c"] * ((p["b"] * waves - z).SplitLast(fast) + (p["h"] * x / fast).InsertAxis(-1)); // [..., site, fast]
        return Field<T>.Concat(-1, slow, driven.MergeLast());
    }

    /// <inheritdoc/>
    /// <remarks>-h c z̄_k.</remarks>
    public Field<T> Coupling<T>(Field<T> state, ParameterValues<T> p)
    {
        var z = state.Slice(_options.Size, _options.Size * _options.FastPerSlow);
        return -(p["h"] * p["c"] * z.SplitLast(_options.FastPerSlow).Mean(-1));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [0];

    /// <inheritdoc/>
    public override double[] ReferenceState()
    {
        var state = new double[Layout.Size];
        for (var k = 0; k < _options.Size; k++)
        {
            state[k] = 2.5 + (3.5 * Math.Sin(2 * Math.PI * 8 * k / _options.Size)) + (0.01 * k);
        }

        for (var j = _options.Size; j < state.Length; j++)
        {
            state[j] = 0.1 * Math.Cos(j);
        }

        return state;
    }

    /// <summary>The model's sizes, forcing and coupling; the defaults are those of Zinchenko and Greenberg (2024), section 3.4.</summary>
    public sealed record Options
    {
        /// <summary>The number of slow sites K, at least 4.</summary>
        public int Size { get; init; } = 36;

        /// <summary>The number of fast variables J of each slow site.</summary>
        public int FastPerSlow { get; init; } = 10;

        /// <summary>The forcing F.</summary>
        public double Forcing { get; init; } = 10;

        /// <summary>The coupling h.</summary>
        public double Coupling { get; init; } = 1;

        /// <summary>The ratio of time scales c.</summary>
        public double TimeScaleRatio { get; init; } = 10;

        /// <summary>The ratio of amplitudes b.</summary>
        public double AmplitudeRatio { get; init; } = 10;
    }
}
