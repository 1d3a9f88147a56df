using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>Every combination of the values that are tried for a method's options.</summary>
public static class TuningGrid
{
    private const int MostChoices = 100_000;

    /// <summary>The sweeps that a method asks for itself: its options that are <see cref="TunedAttribute"/>, but for those that are fixed.</summary>
    /// <param name="method">The method; options that it gives are fixed.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static IReadOnlyList<OptionSweep> DefaultSweeps(Component method)
    {
        var options = AssimilationMethod.Catalog.TypeOf(method.Name).GetNestedType("Options")!;
        return
        [
            .. from property in options.GetProperties()
               let tuned = property.GetCustomAttribute<TunedAttribute>()
               let name = JsonNamingPolicy.CamelCase.ConvertName(property.Name)
               where tuned is not null && method.Options?.ContainsKey(name) != true
               orderby name
               select new OptionSweep(name, [.. tuned.Values.Select(v => (JsonNode)JsonValue.Create(v))]),
        ];
    }

    /// <summary>Combines sweeps; the last one varies fastest.</summary>
    /// <param name="method">The method, with the options that stay fixed.</param>
    /// <param name="sweeps">What varies.</param>
    /// <exception cref="ArgumentException">No sweep, an empty one, or an option that is swept twice or fixed too; all faults at once.</exception>
    public static IReadOnlyList<Component> Of(Component method, IReadOnlyList<OptionSweep> sweeps)
    {
        var choices = sweeps.Aggregate(1.0, (product, s) => product * s.Values.Count);
        new Faults($"tuning of {method.Name}")
            .Require(sweeps.Count > 0, "sweeps", "at least one option to vary", "none")
            .Require(sweeps.All(s => s.Values.Count > 0), "values", "at least one for each option",
                string.Join(", ", sweeps.Where(s => s.Values.Count == 0).Select(s => s.Option)))
            .Require(sweeps.DistinctBy(s => s.Option).Count() == sweeps.Count, "options", "each one once", string.Join(", ", sweeps.Select(s => s.Option)))
            .Require(sweeps.All(s => method.Options?.ContainsKey(s.Option) != true), "options", "either fixed or swept",
                string.Join(", ", sweeps.Select(s => s.Option)))
            .Require(
                choices <= MostChoices, "values", $"at most {MostChoices} combinations", choices)
            .ThrowIfAny();
        IEnumerable<JsonObject> grid = [(JsonObject)(method.Options?.DeepClone() ?? new JsonObject())];
        foreach (var sweep in sweeps)
        {
            grid = grid.SelectMany(chosen => sweep.Values.Select(value =>
            {
                var next = (JsonObject)chosen.DeepClone();
                next[sweep.Option] = value?.DeepClone(); // null is a value of options that may be left out
                return next;
            }));
        }

        return [.. grid.Select(options => new Component(method.Name, options))];
    }
}
