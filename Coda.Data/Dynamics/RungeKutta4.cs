using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>The classical Runge-Kutta scheme of order 4 (Kutta, 1901).</summary>
public sealed class RungeKutta4 : Integrator
{
    /// <summary>Makes the scheme.</summary>
    /// <param name="options">It has none.</param>
    public RungeKutta4(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public override int Order => 4;

    /// <inheritdoc/>
    public override Field<T> Advance<T>(Func<Field<T>, double, Field<T>> f, Field<T> x, double dt)
    {
        var k1 = f(x, 0);
        var k2 = f(x + dt / 2 * k1, 0.5);
        var k3 = f(x + dt / 2 * k2, 0.5);
        var k4 = f(x + dt * k3, 1);
        return x + dt / 6 * (k1 + k4 + 2 * (k2 + k3));
    }

    /// <summary>No options.</summary>
    public sealed record Options;
}
