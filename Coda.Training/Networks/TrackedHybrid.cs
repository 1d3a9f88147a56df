using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>A hybrid whose state has departures of some of its parameters and weights from the trained values after its own entries; they stay as they are in
/// a step.</summary>
/// <remarks>
/// The control vector of Farchi, Chrust, Bocquet, Laloyaux and Bonavita (2023), doi:10.1029/2022MS003474: where a method estimates the state, it estimates
/// what is wrong with the model.
/// </remarks>
internal sealed class TrackedHybrid : ITrainable, IForwardStep
{
    private const double LeastScale = 1e-3; // of a parameter

    private readonly Simulator _simulator;
    private readonly IReadOnlyDictionary<string, double> _parameters;
    private readonly Correction? _correction;
    private readonly (TrackedPart Part, WeightDefinition? Array)[] _tracked;

    /// <summary>Joins the parts.</summary>
    /// <param name="simulator">The simulator.</param>
    /// <param name="parameters">The values of all of its parameters.</param>
    /// <param name="correction">The correction; <see langword="null"/> for none.</param>
    /// <param name="weights">The trained weights of the correction.</param>
    /// <param name="names">What is tracked, as <see cref="Names"/> gives it.</param>
    public TrackedHybrid(
        Simulator simulator, IReadOnlyDictionary<string, double> parameters, Correction? correction, IReadOnlyDictionary<string, float[]> weights,
        IReadOnlyList<string> names)
    {
        (_simulator, _parameters, _correction) = (simulator, parameters, correction);
        var whole = SizeOf(weights.Values.SelectMany(array => array));
        _tracked = [.. names.Select(name => (PartOf(name), correction?.WeightDefinitions.FirstOrDefault(d => d.Name == name)))];

        TrackedPart PartOf(string name) => weights.TryGetValue(name, out var array)
            ? new(name, array.Length, SizeOf(array) is > 0 and var own ? own : whole > 0 ? whole : 1)
            : new(name, 1, Math.Max(Math.Abs(parameters[name]), LeastScale));
    }

    /// <summary>What is tracked, for the card.</summary>
    public IReadOnlyList<TrackedPart> Parts => [.. _tracked.Select(t => t.Part)];

    /// <inheritdoc/>
    public IReadOnlyList<WeightDefinition> WeightDefinitions => _correction?.WeightDefinitions ?? [];

    /// <inheritdoc/>
    public int Channels => _simulator.System.Forcing.Sum(u => u.Size);

    /// <summary>The names of what is tracked: parameters, then arrays of weights, each in its own order.</summary>
    /// <param name="asked">Names, each perhaps with a * at its end.</param>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="correction">The correction; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">A name that is none of them, or nothing.</exception>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> asked, IEnumerable<string> parameters, Correction? correction)
    {
        string[] all = [.. parameters, .. correction?.WeightDefinitions.Select(d => d.Name) ?? []];
        var other = asked.FirstOrDefault(name => !all.Any(known => NameBeginning.Means(name, known)));
        new Faults("tracked").Require(other is null && asked.Count > 0, "tracked",
            all.Length == 0 ? "none without trained parameters or a correction" : $"names of trained parameters, or of arrays of the correction "
                + $"({string.Join(", ", all)}), which may end with *", other ?? "none").ThrowIfAny();
        var deep = correction?.WeightDefinitions.FirstOrDefault(d => d.Shape.Length > 2 && asked.Any(name => NameBeginning.Means(name, d.Name)));
        new Faults("tracked").Require(deep is null, "tracked", "arrays of one axis or two (weights of an affine layer, biases)", deep?.Name).ThrowIfAny();
        return [.. all.Where(known => asked.Any(name => NameBeginning.Means(name, known)))];
    }

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context)
    {
        var (layout, size) = (context.Layout, _tracked.Sum(t => t.Part.Size));
        var climatology = context.Climatology;
        return ForwardGraphs.Of(this, ForwardNames.Tracked, new AssimilationContext(
            new StateLayout([.. layout.Fields, new StateField(TrackedPart.Field, new Data.Geometry.Components(size))]), context.Locations,
            new Climatology([.. climatology.Mean, .. new double[size]], [.. climatology.Deviation, .. Enumerable.Repeat(1e-2, size)])));
    }

    /// <inheritdoc/>
    public T Advance<T>(IAlgebra<T> ops, T state, T? forcing, Weights<T> weights)
    {
        var (whole, at) = (ops.Field(state), _simulator.System.Layout.Size);
        var values = _parameters.ToDictionary(p => p.Key, p => ops.Constant(p.Value));
        var arrays = WeightDefinitions.ToDictionary(d => d.Name, d => weights[d.Name]);
        foreach (var (part, array) in _tracked)
        {
            var departure = part.Scale * whole.Slice(at, part.Size);
            at += part.Size;
            if (array is null)
            {
                values[part.Name] = (departure + _parameters[part.Name]).Value;
                continue;
            }

            departure = array.Shape.Length == 1 ? departure : departure.SplitLast(array.Shape[^1]);
            arrays[part.Name] = (ops.Field(arrays[part.Name]) + departure).Value;
        }

        var own = new Weights<T>(arrays, _tracked.Select(t => t.Part.Name).ToHashSet());
        var next = _simulator.Advance(ops, whole.Slice(0, _simulator.System.Layout.Size).Value,
            new ParameterValues<T>(ops, values).Forced(_simulator.System.Forcing, forcing!), _correction is null ? null : x => _correction.Evaluate(own, x));
        return Field<T>.Concat(-1, ops.Field(next), whole.Slice(_simulator.System.Layout.Size, at - _simulator.System.Layout.Size)).Value;
    }

    private static double SizeOf(IEnumerable<float> values) => Math.Sqrt(values.Select(v => (double)v * v).DefaultIfEmpty().Average());
}
