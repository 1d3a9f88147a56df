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
        Component? made = system;
        foreach (var (parameter, value) in values)
        {
            made = made is null ? null : With(made, parameter, value);
        }

        return made;
    }

    // What holds a parameter's value is what it moves with.
    private static Component? With(Component system, string parameter, double value)
    {
        return Numbers(system).ContainsKey(parameter) ? Places(system, parameter).FirstOrDefault(IsFor).Set?.Invoke(value) : null;

        bool IsFor((double Value, Func<double, Component?> Set) place)
        {
            var moved = place.Value == 0 ? 1e-9 : place.Value * (1 - 1e-6); // towards 0, where one at the end of its range stays within it
            return place.Set(moved) is { } probe && Numbers(probe)[parameter] == moved;
        }
    }

    // A number among the options, one of the system that this one wraps, or a weight by name.
    private static IEnumerable<(double Value, Func<double, Component?> Set)> Places(Component system, string parameter)
    {
        var type = DynamicalSystem.Catalog.TypeOf(system.Name).GetNestedType("Options")!;
        var defaults = JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, CodaJson.Options)!.AsObject();
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var option = system.Options?[name] ?? defaults[name];
            if (property.PropertyType == typeof(double))
            {
                yield return ((double)option!, value => Set(name, value));
            }
            else if (property.PropertyType == typeof(Component) && option is not null && CodaJson.Bind<Component>(option, $"option {name}") is var inner
                && DynamicalSystem.Catalog.Names.Contains(inner.Name) && Numbers(inner).TryGetValue(parameter, out var start))
            {
                yield return (start, value => With(inner, parameter, value) is { } moved
                    ? Set(name, JsonSerializer.SerializeToNode(moved, CodaJson.Options)) : null);
            }
            else if (property.PropertyType == typeof(IReadOnlyDictionary<string, double>))
            {
                yield return ((double?)option?[parameter] ?? 0, value => Set(name, Weights(option, value)));
            }
        }

        JsonObject Weights(JsonNode? given, double value)
        {
            var weights = (JsonObject)(given?.DeepClone() ?? new JsonObject());
            weights[parameter] = value;
            return weights;
        }

        Component Set(string name, JsonNode? value)
        {
            var options = (JsonObject)(system.Options?.DeepClone() ?? new JsonObject());
            options[name] = value;
            return new Component(system.Name, options);
        }
    }

    private static IReadOnlyDictionary<string, double> Numbers(Component system) => DynamicalSystem.Catalog.Create(system).ParameterNumbers;
}
