using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>The values that a field can have: every number, those above a bound (numbers of animals), or those between two (shares).</summary>
/// <remarks>
/// Simulators, networks, filters and smoothers work on a coordinate z without bounds: z = ln (x - lower), z = ln (upper - x), or z = ln ((x - lower) / (upper -
/// x)). Archives, tables and scores hold x. Estimates of z that are Gaussian are log-normal, or logit-normal, in x. Immutable.
/// </remarks>
/// <param name="Lower">The bound below, which is never reached; none by default.</param>
/// <param name="Upper">The bound above, which is never reached; none by default.</param>
public sealed record StateDomain(double? Lower = null, double? Upper = null)
{
    /// <summary>Every number.</summary>
    public static StateDomain Real { get; } = new();

    /// <summary>The numbers greater than 0.</summary>
    public static StateDomain Positive { get; } = new(0);

    /// <summary>Whether every number is allowed, so that z is x.</summary>
    public bool IsReal => Lower is null && Upper is null;

    /// <summary>Whether z = ln x.</summary>
    public bool IsLogarithmic => Lower == 0 && Upper is null;

    /// <summary>What is wrong with the bounds, in words; <see langword="null"/> where nothing is.</summary>
    public string? Fault => (Lower ?? 0, Upper ?? 0) is var (lower, upper) && double.IsFinite(lower) && double.IsFinite(upper)
        && (Lower is null || Upper is null || lower < upper)
        ? null
        : FormattableString.Invariant($"expected finite bounds, lower below upper, got {Lower} and {Upper}");

    /// <summary>Whether a value lies within the bounds.</summary>
    /// <param name="x">The value.</param>
    public bool Contains(double x) => double.IsFinite(x) && !(x <= Lower) && !(x >= Upper);

    /// <summary>x(z).</summary>
    /// <param name="z">The coordinate.</param>
    public double ToPhysical(double z) => (Lower, Upper) switch
    {
        (null, null) => z,
        ({ } lower, null) => lower + Math.Exp(z),
        (null, { } upper) => upper - Math.Exp(z),
        ({ } lower, { } upper) => lower + ((upper - lower) / (1 + Math.Exp(-z))),
    };

    /// <summary>z(x).</summary>
    /// <param name="x">The value, within the bounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public double ToWorking(double x) => !Contains(x)
        ? throw new ArgumentOutOfRangeException(nameof(x), x, $"Expected a value {this}.")
        : (Lower, Upper) switch
        {
            (null, null) => x,
            ({ } lower, null) => Math.Log(x - lower),
            (null, { } upper) => Math.Log(upper - x),
            ({ } lower, { } upper) => Math.Log((x - lower) / (upper - x)),
        };

    /// <summary>|dx/dz| at a coordinate: what turns a small deviation of z into one of x.</summary>
    /// <param name="z">The coordinate.</param>
    public double Slope(double z) => (Lower, Upper) switch
    {
        (null, null) => 1,
        ({ } lower, { } upper) => (upper - lower) / (2 + Math.Exp(z) + Math.Exp(-z)),
        _ => Math.Exp(z),
    };

    /// <summary>x(z), entry by entry.</summary>
    /// <param name="z">The coordinates.</param>
    public Field<T> ToPhysical<T>(Field<T> z) => (Lower, Upper) switch
    {
        (null, null) => z,
        ({ } lower, null) => lower == 0 ? z.Exp() : z.Exp() + lower,
        (null, { } upper) => upper - z.Exp(),
        ({ } lower, { } upper) => ((z / 2).Tanh() + 1) * ((upper - lower) / 2) + lower,
    };

    /// <summary>dz/dt from dx/dt, entry by entry.</summary>
    /// <param name="tendency">dx/dt.</param>
    /// <param name="x">The values.</param>
    public Field<T> ToWorkingTendency<T>(Field<T> tendency, Field<T> x) => (Lower, Upper) switch
    {
        (null, null) => tendency,
        ({ } lower, null) => tendency / (lower == 0 ? x : x - lower),
        (null, { } upper) => tendency / (x - upper),
        ({ } lower, { } upper) => tendency * (upper - lower) / ((x - lower) * (upper - x)),
    };

    /// <summary>Writes the bounds, as in <c>greater than 0</c>.</summary>
    public override string ToString() => (Lower, Upper) switch
    {
        (null, null) => "of any size",
        ({ } lower, null) => FormattableString.Invariant($"greater than {lower}"),
        (null, { } upper) => FormattableString.Invariant($"less than {upper}"),
        ({ } lower, { } upper) => FormattableString.Invariant($"between {lower} and {upper}, without these"),
    };
}
