using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>Rotating shallow water on a torus: height h of the surface above rest and velocities u and v, driven by a wind that blows in bands.</summary>
/// <remarks>
/// ∂u/∂t = q V - ∂B/∂x + ν ∇²u - r u + wind cos(2π m y / L), ∂v/∂t = -q U - ∂B/∂y + ν ∇²v - r v, ∂h/∂t = -∂U/∂x - ∂V/∂y, with the mass flux (U, V) =
/// (H + h) (u, v), the potential vorticity q = (∂v/∂x - ∂u/∂y + f) / (H + h) and B = g h + (u² + v²) / 2.
/// R. Sadourny, "The dynamics of finite-difference models of the shallow-water equations", J. Atmos. Sci. 32 (1975): mass is conserved, and without wind, drag
/// and viscosity so is energy. The grid is Arakawa's C: h of row j and column i lies at (j, i) in units of the spacing, u half a spacing to the west, v half a
/// spacing to the south. On a torus f must return to itself: f = f0 + beta L / (2π) sin(2π y / L), of slope beta at row 0 and -beta half way round.
/// Hours, kilometres, metres of height and metres a second. The defaults are of middle latitudes: an equivalent depth of 500 m (gravity waves of 70 m/s, a
/// radius of deformation of 700 km); jets break into eddies, winds are 9 m/s in the root mean square, and height varies by 40 m. With Runge-Kutta 4 time steps
/// of 0.25 hours serve. The five parameters can be trained. Immutable; safe to share.
/// </remarks>
public sealed class ShallowWater : DynamicalSystem
{
    private const double KilometresAnHour = 3.6; // of a metre a second

    private readonly Options _options;
    private readonly ConstantVector _ones; // [y, x]
    private readonly ConstantVector _sine; // L / (2π) sin(2π y / L) where vorticity lies; km [y, x]
    private readonly ConstantVector _bands; // cos(2π m y / L) where u lies; [y, x]

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its grid and parameters.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public ShallowWater(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        _options = options;
        var n = options.Size;
        double Angle(double row) => 2 * Math.PI * row / n;
        _ones = new(Enumerable.Repeat(1.0, n * n));
        _sine = new(Enumerable.Range(0, n * n).Select(i => n * options.Spacing / (2 * Math.PI) * Math.Sin(Angle((i / n) - 0.5))));
        _bands = new(Enumerable.Range(0, n * n).Select(i => Math.Cos(options.Bands * Angle(i / n))));
        var grid = new Torus(n, n);
        Layout = new StateLayout([new("h", grid, "m"), new("u", grid, "m/s"), new("v", grid, "m/s")]);
        Parameters =
        [
            new("f0", options.Rotation, -1, 1), new("beta", options.RotationSlope, -1e-3, 1e-3), new("drag", options.Drag, 0, 1),
            new("wind", options.Wind, -10, 10), new("viscosity", options.Viscosity, 0, 1e5),
        ];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> DomainLengths => [_options.Size * _options.Spacing, _options.Size * _options.Spacing];

    /// <inheritdoc/>
    public override IReadOnlyList<double> OffsetOf(string field) => field switch { "u" => [0, -0.5], "v" => [-0.5, 0], _ => [0, 0] };

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        Field<T> Constant(ConstantVector values) => x.Algebra.Field(x.Algebra.Constant(values));
        var (h, u, v) = (Part(x, 0), Part(x, 1), Part(x, 2));
        var depth = h + _options.Depth;
        var f = (p["f0"] * Constant(_ones) + p["beta"] * Constant(_sine)).SplitLast(_options.Size);

        var (fluxX, fluxY) = (Before(depth, -1) * u, Before(depth, -2) * v);
        var vorticity = (Backward(v, -1) - Backward(u, -2) + f) / Before(Before(depth, -1), -2); // south-west of h, between u and v
        var bernoulli = h * _options.Gravity + (After(u * u, -1) + After(v * v, -2)) / 2;
        var forcing = p["wind"] * Constant(_bands);
        return Field<T>.Concat(
            -1,
            (-(Forward(fluxX, -1) + Forward(fluxY, -2))).MergeLast(),
            (After(vorticity * Before(fluxY, -1), -2) - Backward(bernoulli, -1)).MergeLast() + Loss(u, p) + forcing,
            (-(After(vorticity * Before(fluxX, -2), -1) + Backward(bernoulli, -2))).MergeLast() + Loss(v, p));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p)
    {
        var (h, u, v) = (Part(x, 0), Part(x, 1), Part(x, 2));
        var energy = (h + _options.Depth) * (After(u * u, -1) + After(v * v, -2)) / 2 + h * h * (_options.Gravity / 2);
        return
        [
            new("mass", h.Sum(-1).Sum(-1)),
            new("energy", energy.Sum(-1).Sum(-1)) { Where = new Dictionary<string, double> { ["drag"] = 0, ["wind"] = 0, ["viscosity"] = 0 } },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> SymmetricAxes => [1];

    /// <summary>Eddies in geostrophic balance.</summary>
    public override double[] ReferenceState()
    {
        var (size, random) = (_options.Size, new CounterRandom(1975));
        var waves = (from m in Enumerable.Range(0, 4) from n in Enumerable.Range(-3, 7) where m > 0 || n > 0
            select (X: 2 * Math.PI * m / size, Y: 2 * Math.PI * n / size, Phase: 2 * Math.PI * random.NextUniform(), Size: 1 / Math.Sqrt((m * m) + (n * n))))
            .ToList();
        var scale = _options.EddySpeed / Math.Sqrt(waves.Sum(w => w.Size * w.Size * ((w.X * w.X) + (w.Y * w.Y))) / 2);
        double Sum(double y, double x, Func<(double X, double Y, double Phase, double Size), double> part, Func<double, double> wave) =>
            scale * waves.Sum(w => w.Size * part(w) * wave((w.X * x) + (w.Y * y) + w.Phase));
        var height = _options.Rotation * _options.Spacing / (KilometresAnHour * _options.Gravity); // of a stream function in units of the spacing
        IEnumerable<double> At(Func<int, int, double> value) => Enumerable.Range(0, size * size).Select(i => value(i / size, i % size));
        return
        [
            .. At((j, i) => height * Sum(j, i, _ => 1, Math.Sin)),
            .. At((j, i) => -Sum(j, i - 0.5, w => w.Y, Math.Cos)),
            .. At((j, i) => Sum(j - 0.5, i, w => w.X, Math.Cos)),
        ];
    }

    // [..., space] to [..., y, x]
    private Field<T> Part<T>(Field<T> x, int field)
    {
        var size = _options.Size * _options.Size;
        return x.Slice(field * size, size).SplitLast(_options.Size);
    }

    // ν ∇²a - r a; [..., y, x] to [..., space], where a parameter may have a value for each state
    private Field<T> Loss<T>(Field<T> a, ParameterValues<T> p)
    {
        var laplacian = (a.Roll(-1, 1) + a.Roll(-1, -1) + a.Roll(-2, 1) + a.Roll(-2, -1) - 4 * a).MergeLast();
        return p["viscosity"] * (laplacian / (_options.Spacing * _options.Spacing)) - p["drag"] * a.MergeLast();
    }

    // Means and differences of a site and the one before it (west, south), or after it.
    private static Field<T> Before<T>(Field<T> a, int axis) => (a + a.Roll(axis, 1)) / 2;

    private static Field<T> After<T>(Field<T> a, int axis) => (a + a.Roll(axis, -1)) / 2;

    private Field<T> Backward<T>(Field<T> a, int axis) => (a - a.Roll(axis, 1)) * (KilometresAnHour / _options.Spacing);

    private Field<T> Forward<T>(Field<T> a, int axis) => (a.Roll(axis, -1) - a) * (KilometresAnHour / _options.Spacing);

    private static void Check(Options options)
    {
        static bool Within(double value, double least, double most) => value >= least && value <= most; // not what is no number
        new Faults("shallow-water")
            .Require(options.Size is >= 8 and <= 4096, nameof(options.Size), "8 to 4096", options.Size)
            .Require(Within(options.Spacing, 0.01, 1e4), nameof(options.Spacing), "0.01 to 10,000 km", options.Spacing)
            .Require(Within(options.Gravity, 1e-3, 100), nameof(options.Gravity), "0.001 to 100 m/s²", options.Gravity)
            .Require(Within(options.Depth, 1, 1e5), nameof(options.Depth), "1 to 100,000 m", options.Depth)
            .Require(Within(options.Rotation, -1, 1), nameof(options.Rotation), "-1 to 1 an hour", options.Rotation)
            .Require(Within(options.RotationSlope, -1e-3, 1e-3), nameof(options.RotationSlope), "-0.001 to 0.001 an hour and km", options.RotationSlope)
            .Require(Within(options.Drag, 0, 1), nameof(options.Drag), "0 to 1 an hour", options.Drag)
            .Require(Within(options.Wind, -10, 10), nameof(options.Wind), "-10 to 10 m/s an hour", options.Wind)
            .Require(options.Bands is >= 0 and <= 1000, nameof(options.Bands), "0 to 1000", options.Bands)
            .Require(Within(options.Viscosity, 0, 1e5), nameof(options.Viscosity), "0 to 100,000 km² an hour", options.Viscosity)
            .Require(Within(options.EddySpeed, 0, 100), nameof(options.EddySpeed), "0 to 100 m/s", options.EddySpeed)
            .ThrowIfAny();
    }

    /// <summary>Grid, fluid and parameters.</summary>
    public sealed record Options
    {
        /// <summary>The number of rows, from south to north, and of columns, from west to east, 8 to 4096.</summary>
        public int Size { get; init; } = 64;

        /// <summary>The distance of rows and of columns, in km.</summary>
        public double Spacing { get; init; } = 100;

        /// <summary>The gravity g, in m/s²; of a layer below another, the reduced one.</summary>
        public double Gravity { get; init; } = 9.81;

        /// <summary>The mean depth H, in m.</summary>
        public double Depth { get; init; } = 500;

        /// <summary>The Coriolis parameter f0, 1/hour (0.36 is 1E-4 a second).</summary>
        public double Rotation { get; init; } = 0.36;

        /// <summary>The slope beta of the Coriolis parameter to the north at row 0, 1/(hour km) (5.76E-5 is 1.6E-11 a metre and second); 0 for a plane of
        /// constant rotation.</summary>
        public double RotationSlope { get; init; } = 5.76e-5;

        /// <summary>The drag r, 1/hour.</summary>
        public double Drag { get; init; } = 0.005;

        /// <summary>The strength of the wind, in m/s an hour.</summary>
        public double Wind { get; init; } = 0.15;

        /// <summary>The number of bands m of wind to the east, each with one to the west; 0 for the same wind everywhere.</summary>
        public int Bands { get; init; } = 3;

        /// <summary>The viscosity ν, in km²/hour.</summary>
        public double Viscosity { get; init; } = 100;

        /// <summary>The root mean square speed of the eddies of the reference state, in m/s.</summary>
        public double EddySpeed { get; init; } = 10;
    }
}
