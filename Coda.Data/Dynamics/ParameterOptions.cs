using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>A system's options with other values of its parameters: how an archive or a method names a system with estimates.</summary>
public static class ParameterOptions
{
    /// <summary>A system with other values of its parameters.</summary>
    /// <param name="system">The system.</param>
    /// <param name="values">The parameters' values by name.</param>
    /// <returns><see langword="null"/> where the system has a parameter without an option that it moves with.</returns>
    /// <exception cref="ArgumentException">There is no such system, or an option is none of it.</exception>
    public static Component? With(Component system, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(values);
        var type = DynamicalSystem.Catalog.TypeOf(system.Name).GetNestedType("Options")!;
        var defaults = JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, CodaJson.Options)!.AsObject();
        string[] names = [.. type.GetProperties().Where(p => p.PropertyType == typeof(double)).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];
        var options = Clone();
        foreach (var (parameter, value) in values)
        {
            if (names.FirstOrDefault(option => IsFor(option, parameter)) is not { } name)
            {
                return null;
            }

            options[name] = value;
        }

        return new Component(system.Name, options);

        JsonObject Clone() => (JsonObject)(system.Options?.DeepClone() ?? new JsonObject());

        // An option is a parameter's where the one moves with the other.
        bool IsFor(string option, string parameter)
        {
            var (moved, value) = (Clone(), (double)(system.Options?[option] ?? defaults[option])!);
            value = value == 0 ? 1e-9 : value * (1 - 1e-6); // towards 0, where one at the end of its range stays within it
            moved[option] = value;
            return DynamicalSystem.Catalog.Create(new Component(system.Name, moved)).ParameterNumbers[parameter] == value;
        }
    }
}
