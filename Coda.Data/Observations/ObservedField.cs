using Coda.Data.Dynamics;

namespace Coda.Data.Observations;

/// <summary>What holds for the observations of one field of the state, in place of what an archive or a model says of all.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed record ObservedField
{
    /// <summary>The standard deviation of their errors, in <see cref="Unit"/>, greater than 0; <see langword="null"/> for that of all.</summary>
    public double? Sigma { get; init; }

    /// <summary>Their unit; <see langword="null"/> for that of all.</summary>
    public string? Unit { get; init; }

    /// <summary>How their errors meet the values; <see langword="null"/> for what holds for all. Where they are not additive, <see cref="Sigma"/> is the
    /// standard deviation on their scale (<see cref="ErrorScale"/>).</summary>
    public ErrorModel? Errors { get; init; }

    /// <summary>The error that stands for all fields, and how many times as large each entry's is; that of fields with bounds, whose coordinates have no unit,
    /// is taken as it is.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="fields">What single fields have of their own, by their symbol.</param>
    /// <param name="sigma">The error of the others.</param>
    /// <returns>That error, or else that of the first field with one; and the factors, nothing where all are 1. [space]</returns>
    public static (double? Sigma, float[]? Scales) ScalesOf(StateLayout layout, IReadOnlyDictionary<string, ObservedField>? fields, double? sigma)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var own = layout.Fields.Select(f => f.Domain.IsReal ? fields?.GetValueOrDefault(f.Name)?.Sigma : null).ToList();
        var any = sigma ?? fields?.Values.FirstOrDefault(f => f.Sigma is not null)?.Sigma;
        return (sigma ?? own.Find(s => s is not null)) is { } all && own.Exists(s => s is not null && s != all)
            ? (all, [.. layout.Fields.Zip(own).SelectMany(f => Enumerable.Repeat((float)((f.Second ?? all) / all), f.First.Size))])
            : (any, null);
    }

    /// <summary>Errors in words, with their units: one for all, as in <c>0.1 m</c>, or by field, as in <c>u 0.1 m, v 0.5 K</c>; those of logarithms have
    /// none.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="fields">What single fields have of their own, by their symbol.</param>
    /// <param name="sigma">The error of the others.</param>
    /// <param name="unit">Their unit; "1" for none.</param>
    /// <param name="errors">How their errors meet the values.</param>
    /// <returns>The words; <see langword="null"/> where no error is known.</returns>
    public static string? Describe(
        StateLayout layout, IReadOnlyDictionary<string, ObservedField>? fields, double? sigma, string unit, ErrorModel errors)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return fields is null ? Words(null) : string.Join(", ", layout.Fields.Select(f =>
            $"{f.Name} {Words(fields.GetValueOrDefault(f.Name)) ?? "unknown"}"));

        string? Words(ObservedField? own) => (own?.Sigma ?? sigma) is { } error
            ? FormattableString.Invariant($"{error}{(own?.Errors ?? errors).UnitOf(own?.Unit ?? unit) switch { "1" => "", var u => $" {u}" }}") : null;
    }
}
