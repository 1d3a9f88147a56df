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
    public override T Advance<T>(IAlgebra<T> ops, Func<T, T> tendency, T state, double stepLength)
    {
        var k1 = tendency(state);
        var k2 = tendency(ops.AddScaled(state, stepLength / 2, k1));
        var k3 = tendency(ops.AddScaled(state, stepLength / 2, k2));
        var k4 = tendency(ops.AddScaled(state, stepLength, k3));
        var sum = ops.Add(ops.Add(k1, k4), ops.Scale(ops.Add(k2, k3), 2));
        return ops.AddScaled(state, stepLength / 6, sum);
    }

    /// <summary>No options.</summary>
    public sealed record Options;
}
