using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>
/// Wind-driven quasi-geostrophic flow of one and a half layers in a square ocean basin:
/// ∂q/∂t = -∂ψ/∂x - R J(ψ, q) - r_b ζ + r_h ∇²ζ - r_4 ∇⁴ζ - 2π τ sin(2π y), ζ = ∇²ψ, q = ζ - F ψ; ψ = ζ = ∇²ζ = 0 at the walls.
/// </summary>
/// <remarks>
/// P. Sakov and P. R. Oke (2008), Tellus A 60, doi:10.1111/j.1600-0870.2007.00299.x, section 4: the unit square, 129 x 129 points, Runge-Kutta 4 with dt = 1.25
/// (2.5 is unstable), all dimensionless; the state is the stream function ψ, the height of the sea's surface, walls included. J is Arakawa's (1966, eq. 46),
/// whose sum against ψ and against ζ vanishes: neither energy nor enstrophy is made by it. J(ψ, q) = J(ψ, ζ), since J(ψ, ψ) = 0. Derivatives are second-order
/// differences; ∇² - F is inverted by sine transforms, products with constant matrices. A smaller grid is another flow, no cheaper version of this one. The
/// flow drifts: the root mean square of ψ runs from 5 to 8 within some thousand units of time, and small errors double in 100 to 150.
/// r_b, r_h, r_4, R, F and τ can be trained. Immutable; safe to share.
/// </remarks>
public sealed class QuasiGeostrophic : DynamicalSystem
{
    // Of ψ in the fronts that the flow makes, by which its fastest waves are advected: runs of 7,500 units of time at 129 x 129 are bounded by steps of 1.9 to
    // 3.3, the more so the steeper the steepest front.
    private const double SteepestSlope = 1100;

    private readonly int _n;
    private readonly double _spacing;
    private readonly ConstantStencil _zonal;      // ∂/∂x, where rows meet at walls, at which what comes out is not used
    private readonly ConstantProductStencil _jacobian;
    private readonly ConstantStencil _laplacian;
    private readonly ConstantMatrix _sines;      // orthonormal, symmetric, 0 at the walls; [n, n]
    private readonly ConstantVector _eigenvalues;      // of -∇²; [ky, kx]
    private readonly ConstantVector _inside;           // 1 but for the walls, where it is 0; [y, x]
    private readonly ConstantVector _wind;             // -2π sin(2π y); [y, x]

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its size and coefficients.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public QuasiGeostrophic(Options options)
    {
        new Faults("quasi-geostrophic")
            .Require(options.Size is >= 5 and <= 4097, nameof(options.Size), "5 to 4097 points along each side", options.Size)
            .Require(options.Froude is >= 0 and < double.PositiveInfinity, nameof(options.Froude), "a number of at least 0", options.Froude)
            .Require(double.IsFinite(options.Rossby), nameof(options.Rossby), "a finite number", options.Rossby)
            .Require(options.BottomFriction is >= 0 and < double.PositiveInfinity, nameof(options.BottomFriction), "a number of at least 0",
                options.BottomFriction)
            .Require(options.Viscosity is >= 0 and < double.PositiveInfinity, nameof(options.Viscosity), "a number of at least 0", options.Viscosity)
            .Require(options.Biharmonic is >= 0 and < double.PositiveInfinity, nameof(options.Biharmonic), "a number of at least 0", options.Biharmonic)
            .Require(double.IsFinite(options.Wind), nameof(options.Wind), "a finite number", options.Wind)
            .ThrowIfAny();
        (_n, _spacing) = (options.Size, 1.0 / (options.Size - 1));
        var (half, square) = (0.5 / _spacing, 1 / (_spacing * _spacing));
        (_zonal, _jacobian) = (new((1, half), (-1, -half)), ConstantProductStencil.Jacobian(_n, _spacing));
        _laplacian = new((0, -4 * square), (1, square), (-1, square), (_n, square), (-_n, square));
        _sines = new ConstantMatrix(_n, () => Sines(options.Size), WaveProduct.Of(WaveKind.Sines, _n));
        _eigenvalues = new(ByPoint((y, x) => Eigenvalue(y) + Eigenvalue(x)));
        _inside = new(ByPoint((y, x) => IsWall(y) || IsWall(x) ? 0 : 1));
        _wind = new(ByPoint((y, _) => -2 * Math.PI * Math.Sin(2 * Math.PI * y * _spacing)));
        var shortest = 8 * square; // the eigenvalue of -∇²
        var decay = options.BottomFriction + (shortest * (options.Viscosity + (shortest * options.Biharmonic)));
        FastestRate = (Math.Abs(options.Rossby) * SteepestSlope / _spacing) + (shortest / (shortest + options.Froude) * decay);
        Layout = StateLayout.On(new Plane(_n, _n), "psi");
        Parameters =
        [
            new("biharmonic", options.Biharmonic, 0, 1e-9), new("viscosity", options.Viscosity, 0, 1e-4), new("friction", options.BottomFriction, 0, 1),
            new("R", options.Rossby, 0, 1e-3), new("F", options.Froude, 0, 1e5), new("wind", options.Wind, -10, 10),
        ];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var inside = Constant(x, _inside);
        var psi = x * inside;
        var zeta = psi.Shift(_laplacian) * inside;
        var diffusion = zeta.Shift(_laplacian) * inside;
        var change = Constant(x, _wind) * p["wind"] - psi.Shift(_zonal) - p["R"] * psi.ShiftProduct(_jacobian, zeta)
            - p["friction"] * zeta + p["viscosity"] * diffusion - p["biharmonic"] * diffusion.Shift(_laplacian);
        return Invert(change, p["F"]);
    }

    /// <inheritdoc/>
    public override double? FastestRate { get; }

    /// <inheritdoc/>
    public override double[] ReferenceState()
    {
        // Two gyres, and smaller waves that break their symmetry.
        var state = new double[_n * _n];
        for (var mode = 0; mode < 12; mode++)
        {
            var (ky, kx, amplitude) = (1 + (mode % 4), 1 + (mode / 4), mode == 1 ? 12 : 3.0 / (1 + mode));
            for (var i = 0; i < state.Length; i++)
            {
                state[i] += amplitude * Math.Sin(Math.PI * ky * (i / _n) * _spacing) * Math.Sin(Math.PI * kx * (i % _n) * _spacing) * _inside.Span[i];
            }
        }

        return state;
    }

    // (∇² - F)⁻¹, which is 0 at the walls.
    private Field<T> Invert<T>(Field<T> change, Field<T> froude)
    {
        var spectrum = Transform(change.SplitLast(_n)); // [..., ky, kx]
        return -Transform(spectrum / (Constant(change, _eigenvalues).SplitLast(_n) + froude)).MergeLast();
    }

    private Field<T> Transform<T>(Field<T> square) => square.MatrixProduct(_sines, -2).MatrixProduct(_sines, -1);

    private static Field<T> Constant<T>(Field<T> like, ConstantVector values) => like.Algebra.Field(like.Algebra.Constant(values));

    private IEnumerable<double> ByPoint(Func<int, int, double> value) => Enumerable.Range(0, _n * _n).Select(i => value(i / _n, i % _n));

    private bool IsWall(int place) => place == 0 || place == _n - 1;

    // Of the second difference; at the walls, whose waves there are none, any that is not 0.
    private double Eigenvalue(int k) => Math.Pow(2 / _spacing * Math.Sin(Math.PI * Math.Max(1, k % (_n - 1)) * _spacing / 2), 2);

    private static double[,] Sines(int n)
    {
        var matrix = new double[n, n];
        for (var row = 1; row < n - 1; row++)
        {
            for (var column = 1; column < n - 1; column++)
            {
                matrix[row, column] = Math.Sqrt(2.0 / (n - 1)) * Math.Sin(Math.PI * (row * column % (2 * (n - 1))) / (n - 1));
            }
        }

        return matrix;
    }

    /// <summary>Size and coefficients; the defaults are those of Sakov and Oke (2008).</summary>
    public sealed record Options
    {
        /// <summary>The number of points n along each side, walls included.</summary>
        public int Size { get; init; } = 129;

        /// <summary>F, the square of the basin's length over the deformation radius.</summary>
        public double Froude { get; init; } = 1600;

        /// <summary>R, the factor of the advection, about a Rossby number.</summary>
        public double Rossby { get; init; } = 1e-5;

        /// <summary>r_b, the friction at the bottom.</summary>
        public double BottomFriction { get; init; }

        /// <summary>r_h, the horizontal viscosity.</summary>
        public double Viscosity { get; init; }

        /// <summary>r_4, the biharmonic viscosity; 2e-11 damps what a model with errors, or a small ensemble, makes of the smallest scales.</summary>
        public double Biharmonic { get; init; } = 2e-12;

        /// <summary>τ, the wind's strength.</summary>
        public double Wind { get; init; } = 1;
    }
}
