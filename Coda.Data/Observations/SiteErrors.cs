using Coda.Data.Dynamics;

namespace Coda.Data.Observations;

/// <summary>Errors and units of observations by field, as archives and cards give them, found for each site.</summary>
/// <remarks>Immutable; safe to share.</remarks>
/// <param name="sites">Where the sites lie.</param>
/// <param name="fields">What single fields have of their own, by the field's symbol.</param>
/// <param name="unit">The unit of the others; "1" for the layout's.</param>
/// <param name="errors">How the errors of the others meet the values.</param>
internal sealed class SiteErrors(SiteMap sites, IReadOnlyDictionary<string, ObservedField>? fields, string unit, ErrorModel errors)
{
    /// <summary>The unit of the observations of a field.</summary>
    /// <param name="field">The field.</param>
    public string UnitOf(StateField field) => fields?.GetValueOrDefault(field.Name)?.Unit ?? (unit == "1" ? field.Unit : unit);

    /// <summary>The unit at each site.</summary>
    /// <returns>[site]</returns>
    public string[] Units() => [.. Enumerable.Range(0, sites.Entries.Count).Select(site => sites.FieldAt(site) is { } field ? UnitOf(field) : unit)];

    /// <summary>How errors meet the values of a field.</summary>
    /// <param name="field">The field's symbol.</param>
    public ErrorModel ErrorsOf(string field) => fields?.GetValueOrDefault(field)?.Errors ?? errors;

    /// <summary>How errors meet the values: one for all sites, or one for each.</summary>
    public IReadOnlyList<ErrorModel> Models() => fields?.Values.Any(f => f.Errors is { } own && own != errors) != true
        ? [errors] : [.. Enumerable.Range(0, sites.Entries.Count).Select(site => sites.FieldAt(site) is { } field ? ErrorsOf(field.Name) : errors)];

    /// <summary>The standard deviation of the errors at each site; <see langword="null"/> where no field has one of its own.</summary>
    /// <param name="otherwise">That of fields that have none of their own.</param>
    /// <returns>[site]</returns>
    /// <exception cref="ArgumentException">That of a site is not known.</exception>
    public float[]? Deviations(double? otherwise)
    {
        return fields?.Values.Any(f => f.Sigma is not null) != true ? null : [.. Enumerable.Range(0, sites.Entries.Count).Select(Of)];

        float Of(int site) => (float)((sites.FieldAt(site) is { } field ? fields.GetValueOrDefault(field.Name)?.Sigma : null) ?? otherwise
            ?? throw new ArgumentException($"fields: expected a sigma for every field that is observed, got none for site {site} ({sites.EntryAt(site)}). Name "
                + "one for each, or one for all besides."));
    }

    /// <summary>What is wrong, in words; <see langword="null"/> where nothing is.</summary>
    /// <param name="layout">The layout of the state.</param>
    public string? Fault(StateLayout layout)
    {
        var unknown = fields?.Keys.FirstOrDefault(name => !layout.Fields.Any(f => f.Name == name));
        var faulty = fields?.FirstOrDefault(f => f.Value.Sigma is not (null or (> 0 and < double.PositiveInfinity)));
        return unknown is not null ? $"'{unknown}', which is no field"
            : faulty is { Key: not null } found ? FormattableString.Invariant($"a sigma of {found.Value.Sigma} for '{found.Key}'")
            : null;
    }
}
