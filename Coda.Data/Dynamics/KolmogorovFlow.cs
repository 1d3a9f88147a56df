using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>Kolmogorov flow, two-dimensional flow on a torus 2π by 2π under a force that varies as a sine:
/// ∂ω/∂t = -J(ψ, ω) + ν ∇²ω - r ω - f n cos(n y), ∇²ψ = ω.</summary>
/// <remarks>
/// G. J. Chandler and R. R. Kerswell, "Invariant recurrent solutions embedded in a turbulent two-dimensional Kolmogorov flow", J. Fluid Mech. 722 (2013): n =
/// 4, Reynolds number 1/ν = 40, at which the flow is chaotic. Dimensionless; f is the force on the velocity to the east. J is Arakawa's (1966, eq. 46), whose
/// sum, and whose sum against ψ and against ω vanish: without viscosity, drag and force vorticity, energy and enstrophy stay. ψ and viscosity are spectral, as
/// products with constant matrices. ν, r and f can be trained. With Runge-Kutta 4 time steps of 0.05 serve on 64 x 64 points. Immutable; safe to share.
/// </remarks>
public sealed class KolmogorovFlow : DynamicalSystem
{
    private const double RootMeanSquare = 2; // of the vorticity that runs start from

    private readonly Options _options;
    private readonly FourierBasis _basis;
    private readonly ConstantVector _inverse; // -1 / |k|², 0 for the mean; [ky, kx]
    private readonly ConstantVector _laplacian; // -|k|²; [ky, kx]
    private readonly ConstantVector _force; // -n cos(n y); [y, x]

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its grid and parameters.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public KolmogorovFlow(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        new Faults("kolmogorov-flow")
            .Require(options.Size is >= 8 and <= 4096, nameof(options.Size), "8 to 4096", options.Size)
            .Require(options.Viscosity is >= 0 and <= 10, nameof(options.Viscosity), "0 to 10", options.Viscosity)
            .Require(options.Drag is >= 0 and <= 10, nameof(options.Drag), "0 to 10", options.Drag)
            .Require(options.Force is >= -100 and <= 100, nameof(options.Force), "-100 to 100", options.Force)
            .Require(options.ForceWaves >= 1 && options.ForceWaves < options.Size / 2, nameof(options.ForceWaves), "1 to less than half the size",
                options.ForceWaves)
            .ThrowIfAny();
        (_options, _basis) = (options, new FourierBasis(options.Size, 2 * Math.PI));
        var (n, waves) = (options.Size, options.ForceWaves);
        double[] laplacian = [.. _basis.Wavenumbers.SelectMany(ky => _basis.Wavenumbers.Select(kx => -(ky * ky) - (kx * kx)))];
        _laplacian = new(laplacian);
        _inverse = new(laplacian.Select(square => square == 0 ? 0 : 1 / square));
        _force = new(Enumerable.Range(0, n * n).Select(i => -waves * Math.Cos(2 * Math.PI * waves * (i / n) / n)));
        Layout = StateLayout.On(new Torus(n, n), "omega");
        Parameters = [new("nu", options.Viscosity, 0, 10), new("r", options.Drag, 0, 10), new("f", options.Force, -100, 100)];
        Linear = new LinearPart([_basis.Matrix, _basis.Matrix], [.. laplacian.Select(square => (options.Viscosity * square) - options.Drag)]);
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override LinearPart Linear { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var modes = Linear.ToModes(x);
        var psi = Linear.FromModes(modes * Constant(x, _inverse)).SplitLast(_options.Size); // [..., y, x]
        return p["nu"] * Linear.FromModes(modes * Constant(x, _laplacian)) - p["r"] * x + p["f"] * Constant(x, _force)
            - Jacobian(psi, x.SplitLast(_options.Size)).MergeLast();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p)
    {
        var free = new Dictionary<string, double> { ["nu"] = 0, ["r"] = 0, ["f"] = 0 };
        var psi = Linear.FromModes(Linear.ToModes(x) * Constant(x, _inverse));
        return
        [
            new("vorticity", x.Sum(-1)) { Where = new Dictionary<string, double> { ["r"] = 0 } },
            new("enstrophy", (x * x).Sum(-1)) { Where = free }, new("energy", (psi * x).Sum(-1)) { Where = free },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [1];

    /// <inheritdoc/>
    public override double[] ReferenceState()
    {
        var random = new CounterRandom(2013);
        double[] modes = [.. _laplacian.Span.ToArray().Select(square => square is < 0 and >= -36 ? random.NextGaussian() : 0)];
        var ops = new BufferAlgebra<double>();
        var values = Linear.FromModes(ops.Field(ops.Constant(modes))).Value.Span.ToArray();
        var scale = RootMeanSquare / Math.Sqrt(values.Average(omega => omega * omega));
        return [.. values.Select(omega => scale * omega)];
    }

    private static Field<T> Constant<T>(Field<T> like, ConstantVector values) => like.Algebra.Field(like.Algebra.Constant(values));

    // J(a, b) = ∂a/∂x ∂b/∂y - ∂a/∂y ∂b/∂x, the mean of its three second-order forms.
    private Field<T> Jacobian<T>(Field<T> a, Field<T> b)
    {
        var (ax, ay, bx, by) = (Difference(a, -1), Difference(a, -2), Difference(b, -1), Difference(b, -2));
        var sum = ax * by - ay * bx + Difference(a * by - ay * b, -1) + Difference(ax * b - a * bx, -2);
        return sum / (12 * Math.Pow(2 * Math.PI / _options.Size, 2));
    }

    // Over two grid lengths, undivided.
    private static Field<T> Difference<T>(Field<T> a, int axis) => a.Roll(axis, -1) - a.Roll(axis, 1);

    /// <summary>Grid and parameters; the defaults are Chandler and Kerswell's at a Reynolds number of 40.</summary>
    public sealed record Options
    {
        /// <summary>The number of points along each side, 8 to 4096.</summary>
        public int Size { get; init; } = 64;

        /// <summary>The viscosity ν, the inverse of the Reynolds number.</summary>
        public double Viscosity { get; init; } = 0.025;

        /// <summary>The drag r.</summary>
        public double Drag { get; init; }

        /// <summary>The force f.</summary>
        public double Force { get; init; } = 1;

        /// <summary>The number n of the force's waves, at least 1.</summary>
        public int ForceWaves { get; init; } = 4;
    }
}
