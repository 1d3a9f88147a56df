using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>Two-dimensional flow on a torus: ∂ω/∂t = -J(ψ, ω) + ν ∇²ω - r ω + f cos(4 y), ∇²ψ = ω.</summary>
/// <remarks>
/// J is Arakawa's (1966, eq. 46), which conserves energy and enstrophy; ψ comes of products with the torus's Fourier matrices. The torus is 2π by 2π, time and
/// vorticity dimensionless. r and f can be trained. Immutable; safe to share.
/// </remarks>
public sealed class BarotropicVorticity : DynamicalSystem
{
    private readonly Options _options;
    private readonly ConstantMatrix _fourier;
    private readonly double[] _inverse;   // -1 / |k|², 0 for the mean; [ky, kx]
    private readonly double[] _diffusion; // -ν |k|²; [ky, kx]
    private readonly double[] _forcing;   // cos(4 y); [y, x]

    public BarotropicVorticity(Options options)
    {
        new Faults("barotropic-vorticity")
            .Require(options.Size >= 8 && options.Size % 2 == 0, nameof(options.Size), "an even number of at least 8", options.Size)
            .ThrowIfAny();
        _options = options;
        var n = options.Size;
        _fourier = new ConstantMatrix(Fourier(n));
        double Squared(int i) => Math.Pow((i % n + 1) / 2, 2) + Math.Pow((i / n + 1) / 2, 2);
        _inverse = [.. Enumerable.Range(0, n * n).Select(i => i == 0 ? 0 : -1 / Squared(i))];
        _diffusion = [.. Enumerable.Range(0, n * n).Select(i => -options.Viscosity * Squared(i))];
        _forcing = [.. Enumerable.Range(0, n * n).Select(i => Math.Cos(4 * 2 * Math.PI * (i / n) / n))];
        Layout = StateLayout.On(new Torus(n, n));
        Parameters = [new("r", options.Drag, 0, 1), new("f", options.Forcing, 0, 10)];
    }

    public override StateLayout Layout { get; }

    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var vorticity = state.SplitLast(_options.Size); // [..., y, x]
        var spectrum = vorticity.MatrixProduct(_fourier, -1).MatrixProduct(_fourier, -2); // [..., ky, kx]
        var tendency = Back(spectrum * Constant(state, _diffusion)) - Jacobian(Back(spectrum * Constant(state, _inverse)), vorticity);
        return (tendency - p["r"] * vorticity + p["f"] * Constant(state, _forcing)).MergeLast();
    }

    /// <summary>ψ of a vorticity. [..., space] to the same</summary>
    public Field<T> StreamFunction<T>(Field<T> state) =>
        Back(state.SplitLast(_options.Size).MatrixProduct(_fourier, -1).MatrixProduct(_fourier, -2) * Constant(state, _inverse)).MergeLast();

    public override double[] ReferenceState()
    {
        var random = new CounterRandom(3);
        return [.. Enumerable.Range(0, Layout.Size).Select(_ => random.NextGaussian())];
    }

    private Field<T> Back<T>(Field<T> spectrum) => spectrum.MatrixProduct(_fourier.Transposed, -1).MatrixProduct(_fourier.Transposed, -2);

    private Field<T> Constant<T>(Field<T> state, double[] values) => state.Algebra.Field(state.Algebra.Constant(values)).SplitLast(_options.Size);

    // J(a, b) = ∂a/∂x ∂b/∂y - ∂a/∂y ∂b/∂x, the mean of its three second-order forms.
    private Field<T> Jacobian<T>(Field<T> a, Field<T> b)
    {
        var (ax, ay, bx, by) = (Difference(a, -1), Difference(a, -2), Difference(b, -1), Difference(b, -2));
        var sum = ax * by - ay * bx + Difference(a * by, -1) - Difference(a * bx, -2) + Difference(ax * b, -2) - Difference(ay * b, -1);
        return sum / (12 * Math.Pow(2 * Math.PI / _options.Size, 2));
    }

    // Over two grid lengths, undivided.
    private static Field<T> Difference<T>(Field<T> a, int axis) => a.Roll(axis, -1) - a.Roll(axis, 1);

    // Orthonormal: rows 1, then cosine and sine of each wavenumber.
    private static double[,] Fourier(int n)
    {
        var matrix = new double[n, n];
        for (var row = 0; row < n; row++)
        {
            for (var x = 0; x < n; x++)
            {
                var angle = 2 * Math.PI * ((row + 1) / 2) * x / n;
                matrix[row, x] = Math.Sqrt((row == 0 || row == n - 1 ? 1.0 : 2.0) / n) * (row % 2 == 1 ? Math.Cos(angle) : row == 0 ? 1 : Math.Sin(angle));
            }
        }

        return matrix;
    }

    public sealed record Options
    {
        public int Size { get; init; } = 12;

        public double Viscosity { get; init; } = 0.05;

        public double Drag { get; init; } = 0.1;

        public double Forcing { get; init; } = 1;
    }
}
