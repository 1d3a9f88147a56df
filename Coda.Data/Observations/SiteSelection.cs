using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The state's own entries at chosen sites: H(x) = (x_i) for i among the sites.</summary>
public sealed class SiteSelection : ObservationOperator
{
    private readonly int[] _locations;
    private readonly bool _isWhole;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">Which sites.</param>
    /// <exception cref="ArgumentException">No such field, or a site outside it.</exception>
    public SiteSelection(StateLayout layout, Options options)
    {
        var field = options.Field is null ? null : layout.Fields.FirstOrDefault(f => f.Name == options.Field);
        var size = field?.Size ?? layout.Size;
        new Faults("site-selection")
            .Require(options.Field is null || field is not null, nameof(options.Field), $"a field of {layout}", options.Field)
            .Require(options.Every >= 1, nameof(options.Every), "at least 1", options.Every)
            .Require(
                options.Sites is null || (options.Sites.Count > 0 && options.Sites.All(s => s >= 0 && s < size)),
                nameof(options.Sites), $"sites in [0, {size})", options.Sites is null ? null : string.Join(", ", options.Sites))
            .ThrowIfAny();

        var offset = options.Field is null ? 0 : layout.OffsetOf(options.Field);
        _locations = [.. (options.Sites ?? Enumerable.Range(0, size)).Where((_, i) => i % options.Every == 0).Select(s => s + offset)];
        _isWhole = _locations.SequenceEqual(Enumerable.Range(0, layout.Size));
    }

    private SiteSelection(int[] locations) => _locations = locations;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations => _locations;

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x) => _isWhole ? x : x.Gather(_locations);

    /// <inheritdoc/>
    public override ObservationOperator At(ReadOnlySpan<int> sites)
    {
        var locations = new int[sites.Length];
        for (var i = 0; i < locations.Length; i++)
        {
            locations[i] = _locations[sites[i]];
        }

        return new SiteSelection(locations);
    }

    /// <summary>Which sites are observed; by default all of the state.</summary>
    public sealed record Options
    {
        /// <summary>The field to observe; the whole state by default.</summary>
        public string? Field { get; init; }

        /// <summary>The sites, counted within the field; all by default.</summary>
        public IReadOnlyList<int>? Sites { get; init; }

        /// <summary>Takes every n-th of the sites.</summary>
        public int Every { get; init; } = 1;
    }
}
