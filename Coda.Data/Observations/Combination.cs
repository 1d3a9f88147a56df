using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>Several operators side by side, as where fields are observed each at positions of its own: H(x) = (H_1(x), H_2(x), ...).</summary>
public sealed class Combination : ObservationOperator
{
    private readonly ObservationOperator[] _parts;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">The operators.</param>
    /// <exception cref="ArgumentException">There is none, or one that does not apply to the layout.</exception>
    public Combination(StateLayout layout, Options options)
        : this([.. (options.Parts ?? [new("site-selection")]).Select(part => Catalog.Create(part, layout))]) =>
        new Faults("combination").Require(_parts.Length > 0, nameof(options.Parts), "at least one operator", _parts.Length).ThrowIfAny();

    private Combination(ObservationOperator[] parts)
    {
        (_parts, Locations) = (parts, [.. parts.SelectMany(part => part.Locations)]);
        if (parts.Length > 0 && Array.TrueForAll(parts, part => part.Positions is not null && part.Positions.Dimensions == parts[0].Positions!.Dimensions))
        {
            Positions = SitePositions.Concat([.. parts.Select(part => part.Positions!)]);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <summary>The positions of all parts; <see langword="null"/> where one has none.</summary>
    public override SitePositions? Positions { get; }

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x) => _parts.Length == 1 ? _parts[0].Apply(x) : Field<T>.Concat(-1, [.. _parts.Select(part => part.Apply(x))]);

    /// <inheritdoc/>
    public override ObservationOperator At(ReadOnlySpan<int> sites)
    {
        var (of, places, order) = (new List<int>[_parts.Length], new int[sites.Length], new List<ObservationOperator>());
        for (var i = 0; i < sites.Length; i++)
        {
            var (part, site) = (0, sites[i]);
            while (site >= _parts[part].SiteCount)
            {
                site -= _parts[part++].SiteCount;
            }

            (of[part] ??= []).Add(site);
            places[i] = part;
        }

        int[] starts = [0, .. of.Select(own => own?.Count ?? 0)];
        for (var part = 1; part < starts.Length; part++)
        {
            starts[part] += starts[part - 1];
            if (of[part - 1] is { } own)
            {
                order.Add(_parts[part - 1].At(own.ToArray()));
            }
        }

        places = Array.ConvertAll(places, part => starts[part]++);
        var some = new Combination([.. order]);
        return places.SequenceEqual(Enumerable.Range(0, places.Length)) ? some : new Some(some, places);
    }

    /// <summary>The operators.</summary>
    public sealed record Options
    {
        /// <summary>The operators, in the order of their sites; the whole state by default.</summary>
        public IReadOnlyList<Component>? Parts { get; init; }
    }
}
