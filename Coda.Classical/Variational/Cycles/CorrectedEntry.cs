using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Cycles;

/// <summary>An entry of the control vector that stands for the model: a parameter, or a weight of a trained model's correction.</summary>
/// <param name="Name">The parameter's symbol; for a weight that of its array, and its place in it from 1.</param>
/// <param name="Value">What it starts from; of a weight 0, for departures from the trained one are told.</param>
/// <param name="Deviation">The standard deviation of what is known of it before.</param>
/// <param name="Part">The parameter, or the array of weights, that it is of.</param>
/// <param name="Lower">The least value that makes sense.</param>
/// <param name="Upper">The greatest one.</param>
public sealed record CorrectedEntry(string Name, double Value, double Deviation, string Part, double Lower, double Upper)
{
    /// <summary>The size of one unit of the model's state entry that it is.</summary>
    internal double Unit { get; init; } = 1;

    /// <summary>The value at which that entry is 0.</summary>
    internal double Zero { get; init; }

    /// <summary>Parameters of a system.</summary>
    /// <param name="system">The system, with the values to start from.</param>
    /// <param name="names">Their names.</param>
    /// <param name="deviations">Their deviations; nothing for the usual ones.</param>
    /// <param name="usual">The usual deviation of a value.</param>
    /// <exception cref="ArgumentException">No such parameter.</exception>
    internal static CorrectedEntry[] Of(Component system, IReadOnlyList<string> names, IReadOnlyList<double> deviations, Func<double, double> usual)
    {
        var inner = DynamicalSystem.Catalog.Create(system);
        var unknown = names.FirstOrDefault(name => !inner.ParameterNumbers.ContainsKey(name));
        new Faults("cycled-smoother").Require(unknown is null, "parameters",
            $"parameters of '{system.Name}' ({string.Join(", ", inner.ParameterNumbers.Keys)})", unknown).ThrowIfAny();
        return [.. names.Select((name, i) =>
        {
            var (value, bounds) = (inner.ParameterNumbers[name], inner.Parameters.Single(p => p.Name == name));
            return new CorrectedEntry(name, value, deviations.Count > 0 ? deviations[i] : usual(value), name, bounds.Lower, bounds.Upper);
        })];
    }

    /// <summary>What a trained model has in its state.</summary>
    /// <param name="model">The model.</param>
    /// <param name="names">Names of all of it, each perhaps with a * at its end.</param>
    /// <param name="deviations">The deviations of what each of these means; nothing for the usual ones.</param>
    /// <param name="usual">The usual deviation of a value.</param>
    /// <exception cref="ArgumentException">A name that is none of it, or something left out.</exception>
    internal static CorrectedEntry[] Of(
        TrackedModel model, IReadOnlyList<string> names, IReadOnlyList<double> deviations, Func<double, double> usual)
    {
        var known = string.Join(", ", model.Parts.Select(part => part.Name));
        int[] meant = [.. model.Parts.Select(part => names.Index().Where(n => NameBeginning.Means(n.Item, part.Name))
            .OrderByDescending(n => n.Item == part.Name).Select(n => n.Index).FirstOrDefault(-1))]; // a name before a beginning that means it, too
        var other = names.Index().Where(n => !meant.Contains(n.Index)).Select(n => n.Item).FirstOrDefault()
            ?? (meant.Contains(-1) ? string.Join(", ", names) : null);
        new Faults("cycled-smoother").Require(other is null, "parameters", $"all that the trained model has in its state ({known}), or *", other).ThrowIfAny();
        var bounds = DynamicalSystem.Catalog.Create(model.System).Parameters;
        return [.. model.Parts.Index().SelectMany(p => Enumerable.Range(1, p.Item.Size).Select(i =>
        {
            var (part, definition) = (p.Item, bounds.FirstOrDefault(b => b.Name == p.Item.Name));
            var deviation = deviations.Count > 0 ? deviations[meant[p.Index]] : usual(part.Scale);
            var start = model.Trained.GetValueOrDefault(part.Name);
            return new CorrectedEntry(part.Size == 1 ? part.Name : $"{part.Name}.{i}", start, deviation, part.Name,
                definition?.Lower ?? double.NegativeInfinity, definition?.Upper ?? double.PositiveInfinity) { Unit = part.Scale, Zero = start };
        }))];
    }
}
