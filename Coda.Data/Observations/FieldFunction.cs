using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>A function of several fields at each site, such as the speed of a flow whose velocities are fields of the state.</summary>
/// <remarks>
/// Each field is observed as <see cref="Options.Of"/> observes it alone, and the function taken of what comes: the speed at positions is that of interpolated
/// velocities. Speed is √(u² + v²), whose derivative at rest, where it has none, counts as 0.
/// </remarks>
public sealed class FieldFunction : ObservationOperator
{
    private readonly Options _options;
    private readonly (int Offset, int Size, ObservationOperator Operator)[] _fields;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">The fields, and the function of them.</param>
    /// <exception cref="ArgumentException">No such field, or they are observed at other numbers of sites.</exception>
    public FieldFunction(StateLayout layout, Options options)
    {
        var names = options.Fields ?? [.. layout.Fields.Select(f => f.Name)];
        var unknown = names.FirstOrDefault(name => !layout.Fields.Any(f => f.Name == name));
        new Faults("field-function")
            .Require(names.Count > 0 && unknown is null, nameof(options.Fields), $"fields of {layout}", unknown)
            .ThrowIfAny();
        (_options, _fields) = (options, [.. names.Select(name => layout.Fields.First(f => f.Name == name))
            .Select(field => (layout.OffsetOf(field.Name), field.Size, Catalog.Create(options.Of, new StateLayout([field]))))]);
        new Faults("field-function")
            .Require(_fields.DistinctBy(f => f.Operator.SiteCount).Count() == 1, nameof(options.Fields), "fields that are observed at the same sites",
                string.Join(", ", _fields.Zip(names, (f, name) => $"{f.Operator.SiteCount} of {name}")))
            .ThrowIfAny();
        Locations = [.. _fields[0].Operator.Locations.Select(entry => entry + _fields[0].Offset)];
    }

    private FieldFunction(Options options, (int Offset, int Size, ObservationOperator Operator)[] fields) => (_options, _fields, Locations) =
        (options, fields, [.. fields[0].Operator.Locations.Select(entry => entry + fields[0].Offset)]);

    /// <summary>For every site, the entry of the first field that it lies at.</summary>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override SitePositions? Positions => _fields[0].Operator.Positions;

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x)
    {
        var squares = Square(_fields[0]);
        foreach (var field in _fields.Skip(1))
        {
            squares += Square(field);
        }

        if (_options.Function == FieldFunctionKind.KineticEnergy)
        {
            return squares * 0.5;
        }

        // At rest the root is taken of 1, whose derivative is finite, and counts as 0.
        var isMoving = squares.Step();
        return (squares + (1 - isMoving)).Power(0.5) * isMoving;

        Field<T> Square((int Offset, int Size, ObservationOperator Operator) field)
        {
            var u = field.Operator.Apply(x.Slice(field.Offset, field.Size));
            return u * u;
        }
    }

    /// <inheritdoc/>
    public override ObservationOperator At(ReadOnlySpan<int> sites)
    {
        var some = sites.ToArray();
        return new FieldFunction(_options, Array.ConvertAll(_fields, f => (f.Offset, f.Size, f.Operator.At(some))));
    }

    /// <summary>The fields, and the function of them.</summary>
    public sealed record Options
    {
        /// <summary>The function.</summary>
        public FieldFunctionKind Function { get; init; }

        /// <summary>The fields that it is of; all by default.</summary>
        public IReadOnlyList<string>? Fields { get; init; }

        /// <summary>How each of the fields is observed, as if it were the state.</summary>
        public Component Of { get; init; } = new("site-selection");
    }
}
