using System.Globalization;
using System.Text.Json.Serialization;
using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>What the entries of a state vector are: fields one after another.</summary>
/// <remarks>Immutable; safe to share. Two layouts are equal when their fields are.</remarks>
public sealed class StateLayout : IEquatable<StateLayout>
{
    /// <summary>The most entries of a state vector, half a gigabyte in single precision; a larger size is taken for a mistake.</summary>
    public const int MostEntries = Grid.MostSites;

    /// <summary>Makes a layout from its fields.</summary>
    /// <param name="fields">The fields in the order of the state vector; at least one, names distinct, at most <see cref="MostEntries"/> in all.</param>
    /// <exception cref="ArgumentException">No field, a repeated name, bounds that do not fit, or too many entries.</exception>
    [JsonConstructor]
    public StateLayout(IReadOnlyList<StateField> fields)
    {
        new Faults(nameof(StateLayout))
            .Require(fields.Count > 0, nameof(fields), "at least one field", fields.Count)
            .Require(fields.Sum(f => (long)f.Size) <= MostEntries, "size", FormattableString.Invariant($"at most {MostEntries} in all fields"),
                fields.Sum(f => (long)f.Size))
            .Require(fields.All(f => f.Domain.Fault is null), "domain", "bounds that fit",
                fields.Select(f => f.Domain.Fault).FirstOrDefault(f => f is not null))
            .Require(fields.DistinctBy(f => f.Name).Count() == fields.Count, "names", "distinct names", string.Join(", ", fields.Select(f => f.Name)))
            .ThrowIfAny();
        Fields = [.. fields];
        Size = fields.Sum(f => f.Size);
    }

    /// <summary>The fields, in the order of the state vector.</summary>
    public IReadOnlyList<StateField> Fields { get; }

    /// <summary>The length of the state vector.</summary>
    [JsonIgnore]
    public int Size { get; }

    /// <summary>The grid that the whole state lies on; <see langword="null"/> where there are several fields.</summary>
    [JsonIgnore]
    public Grid? Grid => Fields is [var only] ? only.Grid : null;

    /// <summary>Whether some field has bounds, so that methods work on coordinates of its own and not on its values.</summary>
    [JsonIgnore]
    public bool IsBounded => Fields.Any(f => !f.Domain.IsReal);

    /// <summary>The grid that every field lies on; <see langword="null"/> where there are several.</summary>
    [JsonIgnore]
    public Grid? SharedGrid => Fields.All(f => f.Grid.Equals(Fields[0].Grid)) ? Fields[0].Grid : null;

    /// <summary>A layout of one field.</summary>
    /// <param name="grid">Its grid.</param>
    /// <param name="name">The field's symbol.</param>
    public static StateLayout On(Grid grid, string name = "x") => new([new StateField(name, grid)]);

    /// <summary>A layout of single variables without a geometry.</summary>
    /// <param name="names">Their symbols, at least one.</param>
    public static StateLayout Of(params IEnumerable<string> names) => new([.. names.Select(name => new StateField(name, new Components(1)))]);

    /// <summary>The values x of coordinates z, field by field.</summary>
    /// <param name="z">The coordinates that methods work on. [..., space]</param>
    public Field<T> ToPhysical<T>(Field<T> z) => !IsBounded ? z : ByField(z, (field, start) => field.Domain.ToPhysical(z.Slice(start, field.Size)));

    /// <summary>dz/dt from dx/dt, field by field.</summary>
    /// <param name="tendency">dx/dt. [..., space]</param>
    /// <param name="x">The values. [..., space]</param>
    public Field<T> ToWorkingTendency<T>(Field<T> tendency, Field<T> x) => !IsBounded ? tendency : ByField(
        tendency, (field, start) => field.Domain.ToWorkingTendency(tendency.Slice(start, field.Size), x.Slice(start, field.Size)));

    /// <summary>The domain of an entry.</summary>
    /// <param name="entry">The entry, in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public StateDomain DomainOf(int entry) => FieldAt(entry).Domain;

    /// <summary>The coordinates z of a state.</summary>
    /// <param name="x">The state's values. [space]</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not within its field's bounds.</exception>
    public double[] ToWorking(IReadOnlyList<double> x) => [.. x.Select((value, i) => DomainOf(i).ToWorking(value))];

    /// <summary>The same fields, each within a domain.</summary>
    /// <param name="domain">The values that they can have.</param>
    /// <exception cref="ArgumentException">Its bounds do not fit.</exception>
    public StateLayout Within(StateDomain domain) => new([.. Fields.Select(field => field with { Domain = domain })]);

    /// <summary>Where a field starts in the state vector.</summary>
    /// <param name="name">The field's symbol.</param>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public int OffsetOf(string name)
    {
        var offset = 0;
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return offset;
            }

            offset += field.Size;
        }

        throw new ArgumentException($"Expected a field of {this}, got '{name}'.");
    }

    /// <summary>The field that an entry of the state belongs to.</summary>
    /// <param name="entry">The entry, in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public StateField FieldAt(int entry) => Find(entry).Field;

    /// <summary>The name of an entry of the state: its field's where that has one entry, as in <c>prey</c>, else with its place, as in <c>x[3]</c>.</summary>
    /// <param name="entry">The entry, in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public string EntryName(int entry)
    {
        var (field, place) = Find(entry);
        return field.Size == 1 ? field.Name : string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{place}]");
    }

    /// <summary>The entry of that name, written as <see cref="EntryName"/> does.</summary>
    /// <param name="name">The name.</param>
    /// <param name="comparison">How fields are compared; exactly by default.</param>
    /// <returns>The entry, or <see langword="null"/> where no entry is called so.</returns>
    public int? EntryOf(string name, StringComparison comparison = StringComparison.Ordinal)
    {
        var offset = 0;
        foreach (var field in Fields)
        {
            if (field.Size == 1 ? name.Equals(field.Name, comparison) : PlaceIn(field, name, comparison) is not null)
            {
                return offset + (field.Size == 1 ? 0 : PlaceIn(field, name, comparison)!.Value);
            }

            offset += field.Size;
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(StateLayout? other) => other is not null && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StateLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => Fields.Aggregate(0, HashCode.Combine);

    /// <summary>Writes the fields, as in <c>x: ring of 40</c>.</summary>
    public override string ToString() => string.Join(", ", Fields.Select(f => $"{f.Name}: {f.Grid}"));

    private Field<T> ByField<T>(Field<T> array, Func<StateField, int, Field<T>> map)
    {
        var (parts, start) = (new List<Field<T>>(), 0);
        foreach (var field in Fields)
        {
            parts.Add(map(field, start));
            start += field.Size;
        }

        return parts.Count == 1 ? parts[0] : Field<T>.Concat(-1, [.. parts]);
    }

    private (StateField Field, int Place) Find(int entry)
    {
        var place = entry;
        foreach (var field in entry < 0 ? [] : Fields)
        {
            if (place < field.Size)
            {
                return (field, place);
            }

            place -= field.Size;
        }

        throw new ArgumentOutOfRangeException(nameof(entry), entry, $"Expected an entry of a state of {Size} ({this}).");
    }

    // Digits without a sign, a blank or a leading zero, so that an entry has one name.
    private static int? PlaceIn(StateField field, string name, StringComparison comparison) =>
        name.Length > field.Name.Length + 2 && name.StartsWith(field.Name, comparison) && name[field.Name.Length] == '[' && name[^1] == ']'
            && name[(field.Name.Length + 1)..^1] is var digits && (digits == "0" || digits[0] != '0')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < field.Size
            ? place
            : null;
}
