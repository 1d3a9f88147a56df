using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>The forward operator M: a system, a scheme and a time step, x_{k+1} = M(x_k).</summary>
/// <remarks>Zinchenko and Greenberg (2024), eqs. 1, 2 and 7. Immutable; safe to share.</remarks>
public sealed class Simulator
{
    private readonly Integrator _scheme; // prepared for the system and the time step
    private volatile bool _isTendencyChecked;
    private volatile bool _isCorrectionChecked;

    /// <summary>Joins a system and a scheme.</summary>
    /// <param name="system">The tendency f.</param>
    /// <param name="integrator">The scheme.</param>
    /// <param name="stepLength">The time step dt, finite and greater than 0.</param>
    /// <exception cref="ArgumentException">The step length is not positive and finite.</exception>
    public Simulator(DynamicalSystem system, Integrator integrator, double stepLength)
    {
        new Faults(nameof(Simulator))
            .Require(double.IsFinite(stepLength) && stepLength > 0, nameof(stepLength), "a finite number greater than 0", stepLength)
            .ThrowIfAny();
        (System, Integrator, StepLength) = (system, integrator, stepLength);
        _scheme = integrator.Prepare(system, stepLength);
    }

    /// <summary>The tendency f.</summary>
    public DynamicalSystem System { get; }

    /// <summary>The scheme.</summary>
    public Integrator Integrator { get; }

    /// <summary>The time step dt, in units of the system's time.</summary>
    public double StepLength { get; }

    /// <summary>The scheme that is taken where none is named: that of Runge and Kutta of order 4; of a system whose linear part is too stiff for it at this
    /// time step, the exponential one.</summary>
    /// <param name="system">The system.</param>
    /// <param name="stepLength">The time step dt.</param>
    public static Integrator UsualIntegrator(DynamicalSystem system, double stepLength)
    {
        ArgumentNullException.ThrowIfNull(system);
        var usual = new RungeKutta4(new());
        return system.Linear is null || new Simulator(system, usual, stepLength).LongestStep() >= stepLength ? usual : new ExponentialRungeKutta4(new());
    }

    /// <summary>Refuses a time step at which the scheme is unstable.</summary>
    /// <returns>This simulator.</returns>
    /// <exception cref="ArgumentException">The time step is longer than <see cref="LongestStep"/>.</exception>
    public Simulator RequireStable()
    {
        var longest = LongestStep();
        return StepLength <= longest ? this : throw new ArgumentException(
            FormattableString.Invariant($"System '{Catalog<DynamicalSystem>.NameOf(System.GetType())}', integrator ")
            + FormattableString.Invariant($"'{Catalog<Integrator>.NameOf(Integrator.GetType())}': expected a time step of at most about {Down(longest):G2}, ")
            + FormattableString.Invariant($"got {StepLength}: beyond that the scheme lets the system's fastest changes grow without bound (the CFL condition).")
            + $" Take a shorter step{(System.Linear is null ? "" : ", or the integrator exponential-runge-kutta4, which the stiff part does not bound")}.");
    }

    /// <summary>
    /// The longest time step at which the scheme is stable, about, from <see cref="DynamicalSystem.FastestRate"/>, or the fastest changes of states near the
    /// reference state; infinite where these do not bound it, or where the scheme advances the system's linear part by itself.
    /// </summary>
    public double LongestStep() => !ReferenceEquals(_scheme, Integrator) && System.Linear is not null
        ? double.PositiveInfinity
        : System.FastestRate is { } rate ? StepLimit.Of(rate, _scheme)
        : StepLimit.Of(
            x => Tendency(x, ParameterValues<Dual<NdArray<double>>>.WithoutRecord(System, x, 0)),
            System.Layout.ToWorking(System.ReferenceState()), _scheme);

    /// <summary>Advances a state by one step; where fields have bounds (<see cref="StateDomain"/>), in coordinates that have none.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="state">The state; where fields have bounds, its coordinates z. [..., space]</param>
    /// <param name="parameters">The system's parameters, with the forcing over the step where it has one (<see cref="ParameterValues{T}.Forced"/>).</param>
    /// <param name="correction">B(x), the tendency that the system lacks, added at every stage (eq. 7); <see langword="null"/> for none.</param>
    /// <returns>The state one step later.</returns>
    /// <exception cref="ArgumentException">The tendency or the correction has not the state's shape: seen when it is first evaluated.</exception>
    public T Advance<T>(IAlgebra<T> ops, T state, ParameterValues<T> parameters, Func<Field<T>, Field<T>>? correction = null)
    {
        var next = _scheme.Advance(Change, ops.Field(state), StepLength);
        _isTendencyChecked = true;
        _isCorrectionChecked |= correction is not null;
        return next.Value;

        Field<T> Change(Field<T> x, double c)
        {
            var there = parameters.At(c); // outside the scope: it is kept for later stages
            return x.Scoped(x => correction is null ? Tendency(x, there) : Tendency(x, there) + Correction(x, correction));
        }
    }

    private Field<T> Tendency<T>(Field<T> z, ParameterValues<T> parameters)
    {
        var layout = System.Layout;
        var x = layout.IsBounded ? layout.ToPhysical(z) : z;
        var tendency = System.Tendency(x, parameters);
        tendency = _isTendencyChecked ? tendency : Shaped(x, tendency, $"tendency of {System.GetType().Name}");
        return layout.IsBounded ? layout.ToWorkingTendency(tendency, x) : tendency;
    }

    private Field<T> Correction<T>(Field<T> x, Func<Field<T>, Field<T>> correction) =>
        _isCorrectionChecked ? correction(x) : Shaped(x, correction(x), "correction");

    // What broadcasts would pass for a tendency of every entry.
    private static Field<T> Shaped<T>(Field<T> x, Field<T> result, string what)
    {
        var (expected, got) = (x.Algebra.ShapeOf(x.Value), result.Algebra.ShapeOf(result.Value));
        return expected.Length == got.Length && expected.Zip(got).All(axes => axes.First == axes.Second || axes.First < 0 || axes.Second < 0)
            ? result
            : throw new ArgumentException(
                $"{what}: expected the state's shape {Words(expected)}, got {Words(got)}. Give one number for each entry of the state; "
                    + "Field<T>.Concat(-1, ...) joins them.");
    }

    // To two digits, so that what is named works.
    private static double Down(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return Math.Floor(value / unit) * unit;
    }

    private static string Words(int[] shape) => $"[{string.Join(", ", shape)}]";
}
