using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>What the entries of a state vector are: fields one after another.</summary>
/// <remarks>Immutable; safe to share. Two layouts are equal when their fields are.</remarks>
public sealed class StateLayout : IEquatable<StateLayout>
{
    /// <summary>The most entries of a state vector, half a gigabyte in single precision; a larger size is taken for a mistake.</summary>
    public const int MostEntries = 1 << 27;

    /// <summary>Makes a layout from its fields.</summary>
    /// <param name="fields">The fields in the order of the state vector; at least one, names distinct, sizes positive, at most <see cref="MostEntries"/> in all.</param>
    /// <exception cref="ArgumentException">No field, a repeated name, or a size below 1 or too large.</exception>
    [JsonConstructor]
    public StateLayout(IReadOnlyList<StateField> fields)
    {
        new Faults(nameof(StateLayout))
            .Require(fields.Count > 0, nameof(fields), "at least one field", fields.Count)
            .Require(fields.All(f => f.Size > 0), "size", "at least 1 in every field", string.Join(", ", fields.Select(f => f.Size)))
            .Require(fields.Sum(f => (long)f.Size) <= MostEntries, "size", FormattableString.Invariant($"at most {MostEntries} in all fields"), fields.Sum(f => (long)f.Size))
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

    /// <summary>Whether the whole state is one ring, so that convolutions along it make sense.</summary>
    [JsonIgnore]
    public bool IsRing => Fields is [{ Topology: Topology.Ring }];

    /// <summary>A layout of one ring.</summary>
    /// <param name="size">The number of sites.</param>
    /// <param name="name">The field's symbol.</param>
    public static StateLayout Ring(int size, string name = "x") => new([new StateField(name, size, Topology.Ring)]);

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

    /// <inheritdoc/>
    public bool Equals(StateLayout? other) => other is not null && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StateLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => Fields.Aggregate(0, HashCode.Combine);

    /// <summary>Writes the fields, as in <c>x: ring of 40</c>.</summary>
    public override string ToString() => string.Join(", ", Fields.Select(f => $"{f.Name}: {f.Topology.ToString().ToLowerInvariant()} of {f.Size}"));
}
