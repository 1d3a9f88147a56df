using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>Euler's scheme of order 1 (1768): for models that were published with it, or whose noise is of one step; else the same accuracy is cheaper with
/// <see cref="Heun"/> or Runge-Kutta 4.</summary>
public sealed class Euler : Integrator
{
    /// <summary>Makes the scheme.</summary>
    /// <param name="options">It has none.</param>
    public Euler(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public override int Order => 1;

    /// <inheritdoc/>
    public override Field<T> Advance<T>(Func<Field<T>, double, Field<T>> f, Field<T> x, double dt) => x + dt * f(x, 0);

    /// <summary>No options.</summary>
    public sealed record Options;
}
