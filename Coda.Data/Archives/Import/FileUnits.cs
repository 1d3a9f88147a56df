using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Import;

/// <summary>The units that files say their values have. What the user names goes before; values are never converted.</summary>
/// <param name="options">What the user named, and where to warn of units that are others.</param>
internal sealed class FileUnits(ImportOptions options)
{
    private readonly List<KeyValuePair<string, string>> _units = [];

    /// <summary>Takes the units of one file.</summary>
    /// <param name="rows">The file, with its columns selected.</param>
    /// <exception cref="InvalidDataException">A unit is another than that of the files before, and the user named none; or it is no text.</exception>
    public void Add(FieldRows rows)
    {
        foreach (var (name, unit) in rows.Units)
        {
            var place = $"{rows.Path}: variable '{ForeignText.Escape(name)}'";
            if (ForeignText.Escape(unit) != unit)
            {
                throw new InvalidDataException(
                    $"{place}: expected a unit without control characters, got '{ForeignText.Escape(unit)}'. Write the file anew.");
            }

            if (Named(name) is { } named)
            {
                WarnOf(place, named, unit);
            }
            else if (_units.Find(u => u.Key == name) is { Value: { } before })
            {
                if (before != unit)
                {
                    throw new InvalidDataException(
                        $"{place}: expected the unit '{before}' of the files before, got '{unit}'. "
                        + "Convert the values, or say with --value-unit what all are in.");
                }
            }
            else
            {
                _units.Add(KeyValuePair.Create(name, unit));
            }
        }
    }

    /// <summary>The options with these units: one for all where all are the same, else that of each field.</summary>
    public ImportOptions WithUnits()
    {
        if (_units.Count == 0)
        {
            return options;
        }

        if (_units.Count == (options.Variables?.Count ?? 1) && _units.DistinctBy(u => u.Value).Count() == 1)
        {
            return options with { ValueUnit = _units[0].Value };
        }

        if (!_units.TrueForAll(u => options.Layout?.Fields.Any(f => f.Name == u.Key) == true))
        {
            options.Warnings?.Add(
                "value-unit", "expected one unit for all values, or fields of a state that have each their own, got "
                + $"{string.Join(", ", _units.Select(u => ForeignText.Escape($"{u.Key} in {u.Value}")))}; the archive says none of them. "
                + "Name the system whose fields they are with --system.");
            return options;
        }

        var fields = new SortedDictionary<string, ObservedField>(options.Fields ?? [], StringComparer.Ordinal);
        _units.ForEach(u => fields[u.Key] = (fields.GetValueOrDefault(u.Key) ?? new()) with { Unit = u.Value });
        return options with { Fields = fields };
    }

    private string? Named(string name) => options.Fields?.GetValueOrDefault(name)?.Unit ?? options.ValueUnit;

    private void WarnOf(string place, string named, string unit)
    {
        if (named != unit)
        {
            options.Warnings?.Add(
                "value-unit", $"{place}: expected the unit '{named}' that --value-unit names, got '{unit}'. "
                + "The values are taken as they are; convert them where they are not in that unit.");
        }
    }
}
