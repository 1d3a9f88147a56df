using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>Patterns of convection on a torus: ∂u/∂t = r u - (1 + ∇²)² u - u³.</summary>
/// <remarks>
/// J. Swift and P. C. Hohenberg, Phys. Rev. A 15 (1977). Dimensionless; spectral, as products with the torus's Fourier matrices, so that the stiff part is one
/// that exponential schemes advance exactly. r can be trained. Immutable; safe to share.
/// </remarks>
public sealed class SwiftHohenberg : DynamicalSystem
{
    private readonly ConstantVector _bending; // -(1 - |k|²)²; [ky, kx]

    public SwiftHohenberg(Options options)
    {
        new Faults("swift-hohenberg")
            .Require(options.Size >= 4, nameof(options.Size), "at least 4", options.Size)
            .ThrowIfAny();
        var basis = new FourierBasis(options.Size, 2 * Math.PI * options.Waves);
        double[] bending = [.. basis.Wavenumbers.SelectMany(ky => basis.Wavenumbers.Select(kx => -Math.Pow(1 - (ky * ky) - (kx * kx), 2)))];
        _bending = new(bending);
        Layout = StateLayout.On(new Torus(options.Size, options.Size), "u");
        Parameters = [new("r", options.Growth, -1, 2)];
        Linear = new LinearPart([basis.Matrix, basis.Matrix], bending);
    }

    public override StateLayout Layout { get; }

    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    public override LinearPart Linear { get; }

    public override IReadOnlyList<int> SymmetricAxes => [0, 1];

    public override Field<T> Tendency<T>(Field<T> u, ParameterValues<T> p)
    {
        var bending = u.Algebra.Field(u.Algebra.Constant(_bending));
        return p["r"] * u + Linear.FromModes(Linear.ToModes(u) * bending) - u * u * u;
    }

    public override double[] ReferenceState()
    {
        var random = new CounterRandom(3);
        return [.. Enumerable.Range(0, Layout.Size).Select(_ => random.NextGaussian())];
    }

    public sealed record Options
    {
        public int Size { get; init; } = 12;

        public double Waves { get; init; } = 2;

        public double Growth { get; init; } = 0.5;
    }
}
