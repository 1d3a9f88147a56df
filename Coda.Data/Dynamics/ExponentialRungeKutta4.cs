using System.Numerics;
using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>
/// The exponential scheme ETDRK4 of order 4: a system's stiff linear part (<see cref="DynamicalSystem.Linear"/>) is advanced exactly, the rest as
/// Runge-Kutta 4 does.
/// </summary>
/// <remarks>
/// S. M. Cox and P. C. Matthews, J. Comput. Phys. 176 (2002), eqs. 26-29; coefficients as means over a circle after A.-K. Kassam and L. N. Trefethen, SIAM J.
/// Sci. Comput. 26 (2005), section 2. Corrections, forcing, and what trained parameters add to the linear part belong to the rest. Without a linear part L is
/// 0, for which the scheme is Runge-Kutta 4, and that is what is computed. Immutable; safe to share.
/// </remarks>
public sealed class ExponentialRungeKutta4 : Integrator
{
    private const int CirclePoints = 32;

    private static readonly RungeKutta4 WithoutLinearPart = new(new RungeKutta4.Options());

    private static readonly ConstantVector None = new([]);

    private readonly LinearPart? _linear;
    private readonly ConstantVector _eigenvalues = None;
    private readonly double _stepLength;

    // The factors of Cox and Matthews for each mode. [mode]
    private readonly ConstantVector _whole = None; // exp(L dt)
    private readonly ConstantVector _half = None; // exp(L dt/2)
    private readonly ConstantVector _stage = None; // (exp(L dt/2) - 1) / L
    private readonly ConstantVector _first = None;
    private readonly ConstantVector _middle = None;
    private readonly ConstantVector _last = None;

    /// <summary>Makes the scheme.</summary>
    /// <param name="options">It has none.</param>
    public ExponentialRungeKutta4(Options options) => ArgumentNullException.ThrowIfNull(options);

    private ExponentialRungeKutta4(LinearPart linear, double dt)
    {
        (_linear, _eigenvalues, _stepLength) = (linear, new(linear.Eigenvalues), dt);
        Complex[] z = [.. linear.Eigenvalues.Select(l => new Complex(l * dt, 0))];
        (_whole, _half) = (new(z.Select(l => Math.Exp(l.Real))), new(z.Select(l => Math.Exp(l.Real / 2))));
        _stage = Means(r => (Complex.Exp(r / 2) - 1) / r);
        _first = Means(r => (-4 - r + (Complex.Exp(r) * (4 - (3 * r) + (r * r)))) / (r * r * r));
        _middle = Means(r => 2 * (2 + r + (Complex.Exp(r) * (r - 2))) / (r * r * r));
        _last = Means(r => (-4 - (3 * r) - (r * r) + (Complex.Exp(r) * (4 - r))) / (r * r * r));

        // Near 0 the fractions lose every digit; their mean over a circle around each eigenvalue is the same number without the loss.
        ConstantVector Means(Func<Complex, Complex> factor) => new(z.Select(center => dt * Enumerable.Range(0, CirclePoints)
            .Average(m => factor(center + Complex.FromPolarCoordinates(1, Math.PI * (m + 0.5) / CirclePoints)).Real)));
    }

    /// <inheritdoc/>
    public override int Order => 4;

    /// <inheritdoc/>
    public override Integrator Prepare(DynamicalSystem system, double dt)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Linear is { } linear ? new ExponentialRungeKutta4(linear, dt) : WithoutLinearPart;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The scheme was prepared for another time step.</exception>
    public override Field<T> Advance<T>(Func<Field<T>, double, Field<T>> f, Field<T> x, double dt)
    {
        if (_linear is null)
        {
            return WithoutLinearPart.Advance(f, x, dt);
        }

        if (dt != _stepLength)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected the time step {_stepLength} that the scheme was prepared for, got {dt}; prepare it for that one."), nameof(dt));
        }

        Field<T> Constant(ConstantVector values) => x.Algebra.Field(x.Algebra.Constant(values));
        var (eigenvalues, half, stage) = (Constant(_eigenvalues), Constant(_half), Constant(_stage));
        var m = _linear.ToModes(x); // [..., mode], as all that follows
        var n1 = Rest(x, m, 0);
        var a = half * m + stage * n1;
        var n2 = Rest(_linear.FromModes(a), a, 0.5);
        var b = half * m + stage * n2;
        var n3 = Rest(_linear.FromModes(b), b, 0.5);
        var c = half * a + stage * (2 * n3 - n1);
        var n4 = Rest(_linear.FromModes(c), c, 1);
        return _linear.FromModes(Constant(_whole) * m + Constant(_first) * n1 + Constant(_middle) * (n2 + n3) + Constant(_last) * n4);

        Field<T> Rest(Field<T> state, Field<T> modes, double place) => _linear.ToModes(f(state, place)) - eigenvalues * modes;
    }

    /// <summary>No options.</summary>
    public sealed record Options;
}
