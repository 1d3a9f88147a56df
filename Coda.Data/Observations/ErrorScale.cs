using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Data.Observations;

/// <summary>The scale u(y) on which errors of a model are additive: u = y, ln y, or 2 √y. Observations and H(x) are compared on it.</summary>
public static class ErrorScale
{
    /// <summary>What the error model is called on the command line and in messages, as in <c>square-root</c>.</summary>
    /// <param name="errors">The error model.</param>
    public static string Word(this ErrorModel errors) => errors switch
    {
        ErrorModel.Multiplicative => "multiplicative",
        ErrorModel.SquareRoot => "square-root",
        _ => "additive",
    };

    /// <summary>What of values the numbers on the scale are, as in <c>the logarithms</c>.</summary>
    /// <param name="errors">The error model.</param>
    public static string Words(this ErrorModel errors) => errors switch
    {
        ErrorModel.Multiplicative => "the logarithms",
        ErrorModel.SquareRoot => "twice the square roots",
        _ => "the values",
    };

    /// <summary>The unit on the scale; of logarithms there is none.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="unit">That of the values; "1" for none.</param>
    public static string UnitOf(this ErrorModel errors, string unit) => errors switch
    {
        ErrorModel.Multiplicative => "1",
        ErrorModel.SquareRoot => unit == "1" ? "1" : $"sqrt({unit})",
        _ => unit,
    };

    /// <summary>The values that are on the scale, in words, as in <c>greater than 0</c>.</summary>
    /// <param name="errors">The error model.</param>
    public static string Expected(this ErrorModel errors) => errors switch
    {
        ErrorModel.Multiplicative => "greater than 0",
        ErrorModel.SquareRoot => "of at least 0",
        _ => "of any size",
    };

    /// <summary>Whether a value is on the scale.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="y">The value.</param>
    public static bool Contains(this ErrorModel errors, double y) => errors switch
    {
        ErrorModel.Multiplicative => y > 0,
        ErrorModel.SquareRoot => y >= 0,
        _ => true,
    };

    /// <summary>u(y).</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="y">The value; NaN comes of one that is not on the scale.</param>
    public static float ToScale(this ErrorModel errors, float y) => errors switch
    {
        ErrorModel.Multiplicative => MathF.Log(y),
        ErrorModel.SquareRoot => 2 * MathF.Sqrt(y),
        _ => y,
    };

    /// <summary>u(y), entry by entry.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="y">The values.</param>
    public static Field<T> ToScale<T>(this ErrorModel errors, Field<T> y) => errors switch
    {
        ErrorModel.Multiplicative => y.Log(),
        ErrorModel.SquareRoot => y.Power(0.5) * 2,
        _ => y,
    };

    /// <summary>y(u); of a root below 0, 0.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="u">The number on the scale.</param>
    public static double FromScale(this ErrorModel errors, double u) => errors switch
    {
        ErrorModel.Multiplicative => Math.Exp(u),
        ErrorModel.SquareRoot => Math.Max(u, 0) * Math.Max(u, 0) / 4,
        _ => u,
    };

    /// <summary>dy/du at a value: what turns a small deviation on the scale into one of the value.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="y">The value.</param>
    public static double Slope(this ErrorModel errors, double y) => errors switch
    {
        ErrorModel.Multiplicative => y,
        ErrorModel.SquareRoot => Math.Sqrt(y),
        _ => 1,
    };

    /// <summary>Whether the coordinate that methods work on (<see cref="StateDomain"/>) is the scale itself.</summary>
    /// <param name="errors">The error model.</param>
    /// <param name="domain">The values that the field can have.</param>
    public static bool IsCoordinateOf(this ErrorModel errors, StateDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return errors switch
        {
            ErrorModel.Multiplicative => domain.IsLogarithmic,
            ErrorModel.SquareRoot => false,
            _ => domain.IsReal,
        };
    }

    /// <summary>The error models of fields in words: one for all, as in <c>multiplicative</c>, or by field, as in <c>u multiplicative, v
    /// additive</c>.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="fields">What single fields have of their own, by their symbol.</param>
    /// <param name="errors">That of the others.</param>
    /// <returns>The words; <see langword="null"/> where all are additive, which needs no word.</returns>
    public static string? Describe(StateLayout layout, IReadOnlyDictionary<string, ObservedField>? fields, ErrorModel errors)
    {
        ArgumentNullException.ThrowIfNull(layout);
        List<(string Name, ErrorModel Errors)> all = [.. layout.Fields.Select(f => (f.Name, fields?.GetValueOrDefault(f.Name)?.Errors ?? errors))];
        var isOne = all.TrueForAll(f => f.Errors == all[0].Errors);
        return !isOne ? string.Join(", ", all.Select(f => $"{f.Name} {f.Errors.Word()}"))
            : all[0].Errors == ErrorModel.Additive ? null : all[0].Errors.Word();
    }
}
