using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>The equation of Kuramoto and Sivashinsky on a ring: ∂u/∂t = -u ∂u/∂x - ∂²u/∂x² - ν ∂⁴u/∂x⁴.</summary>
/// <remarks>
/// A.-K. Kassam and L. N. Trefethen, "Fourth-order time-stepping for stiff PDEs", SIAM J. Sci. Comput. 26 (2005), section 3. Dimensionless; derivatives are
/// spectral, as products with constant matrices. ν can be trained. The mean of u stays. With Runge-Kutta 4 time steps are at most 0.011; with
/// <see cref="ExponentialRungeKutta4"/> 0.5 serves. Observed at every 4th point each time unit, σ = 0.5, the ETKF of 40 members has a root mean square error
/// of 0.145 (climatology 1.31): docs/results.md. Immutable; safe to share.
/// </remarks>
public sealed class KuramotoSivashinsky : DynamicalSystem
{
    private readonly Options _options;
    private readonly FourierBasis _basis;
    private readonly ConstantVector _production; // k²
    private readonly ConstantVector _dissipation; // k⁴

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its ring and viscosity.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public KuramotoSivashinsky(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        new Faults("kuramoto-sivashinsky")
            .Require(options.Size is >= 8 and <= 4096, nameof(options.Size), "8 to 4096", options.Size)
            .Require(double.IsFinite(options.Length) && options.Length > 0, nameof(options.Length), "a finite number greater than 0", options.Length)
            .Require(options.Viscosity is > 0 and <= 100, nameof(options.Viscosity), "greater than 0, at most 100", options.Viscosity)
            .ThrowIfAny();
        (_options, _basis) = (options, new FourierBasis(options.Size, options.Length));
        (_production, _dissipation) = (new(_basis.Wavenumbers.Select(k => k * k)), new(_basis.Wavenumbers.Select(k => k * k * k * k)));
        Layout = StateLayout.On(new Ring(options.Size), "u");
        Parameters = [new("nu", options.Viscosity, 0, 100)];
        Linear = new LinearPart([_basis.Matrix], [.. _basis.Wavenumbers.Select(k => k * k * (1 - (options.Viscosity * k * k)))]);
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override LinearPart Linear { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> u, ParameterValues<T> p)
    {
        var modes = u.MatrixProduct(_basis.Matrix, -1);
        var (two, four) = (u.Algebra.Field(u.Algebra.Constant(_production)), u.Algebra.Field(u.Algebra.Constant(_dissipation)));
        return (modes * two - p["nu"] * (modes * four)).MatrixProduct(_basis.Matrix.Transposed, -1) - (u * u / 2).MatrixProduct(_basis.Derivative, -1);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p) => [new("mean", x.Sum(-1))];

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [0];

    /// <inheritdoc/>
    public override IReadOnlyList<double> DomainLengths => [_options.Length];

    /// <inheritdoc/>
    public override double[] ReferenceState() =>
        [.. Enumerable.Range(0, _options.Size).Select(i => 2 * Math.PI * i / _options.Size).Select(x => Math.Cos(x) * (1 + Math.Sin(x)))];

    /// <summary>The ring and the viscosity; the defaults are Kassam and Trefethen's.</summary>
    public sealed record Options
    {
        /// <summary>The number of points, 8 to 4096.</summary>
        public int Size { get; init; } = 128;

        /// <summary>The length of the ring.</summary>
        public double Length { get; init; } = 32 * Math.PI;

        /// <summary>The viscosity ν of the fourth derivative, greater than 0.</summary>
        public double Viscosity { get; init; } = 1;
    }
}
