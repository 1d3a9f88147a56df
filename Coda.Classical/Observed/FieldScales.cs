using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Observed;

/// <summary>Units in which fields with errors of their own are alike: each entry over its field's σ, times the σ of all, or of the first field.</summary>
/// <remarks>
/// Methods take numbers with a unit (a model error variance, a first spread) for all entries alike, and pool statistics. In these units both are right for
/// every field. Where all fields have one error, or H does more than select entries, everything is left as it is. Immutable; safe to share.
/// </remarks>
internal sealed class FieldScales
{
    private readonly ArchiveDescription _reference;
    private readonly StateLayout _layout;
    private readonly float[]? _entries; // nothing where all are 1 [space]
    private readonly float[] _sites = []; // [site]
    private readonly double _sigma;

    /// <summary>Finds the scales.</summary>
    /// <param name="reference">The reference observations.</param>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="h">What is observed of them.</param>
    public FieldScales(ArchiveDescription reference, StateLayout layout, ObservationOperator h)
    {
        (_reference, _layout) = (reference, layout);
        var (sigma, scales) = ObservedField.ScalesOf(layout, reference.Fields, reference.Sigma);
        if (scales is not null && h.IsSelection(layout.Size))
        {
            (_sigma, _entries, _sites) = (sigma!.Value, scales, [.. h.Locations.Select(entry => scales[entry])]);
        }
    }

    /// <summary>Each entry's unit, in the field's own; nothing where all are 1. [space]</summary>
    public IReadOnlyList<float>? Entries => _entries;

    /// <summary>The reference observations in these units.</summary>
    public ArchiveDescription Reference => Describe(_reference);

    /// <summary>Observations in these units.</summary>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">Their fields have other units, or their errors are of another kind, than those of the reference.</exception>
    public IObservationArchive Of(IObservationArchive archive)
    {
        var description = archive.Description;
        var other = _layout.Fields.FirstOrDefault(f => description.UnitOf(f) != _reference.UnitOf(f));
        var unlike = _layout.Fields.FirstOrDefault(f => description.ErrorsOf(f) != _reference.ErrorsOf(f));
        new Faults("the archive against the reference observations")
            .Require(unlike is null, nameof(description.Errors), unlike is null ? "" : $"{_reference.ErrorsOf(unlike).Word()} ones of '{unlike.Name}'",
                unlike is null ? "" : description.ErrorsOf(unlike).Word())
            .Require(other is null, nameof(description.Fields), $"values of '{other?.Name}' in {(other is null ? "" : _reference.UnitOf(other))}",
                other is null ? "" : description.UnitOf(other))
            .ThrowIfAny();
        return _entries is null ? archive
            : ScaledObservations.Of(archive, Describe(description), Array.ConvertAll(_sites, s => 1 / s));
    }

    /// <summary>A forecast model whose states are in these units.</summary>
    /// <param name="model">The model.</param>
    public ForecastModel Of(ForecastModel model) => _entries is null ? model : new ScaledModel(model, _entries);

    /// <summary>A method whose analyses come in these units, of observations that are in them.</summary>
    /// <param name="method">The method.</param>
    /// <param name="original">What the archive holds in its own units.</param>
    public AssimilationMethod Of(AssimilationMethod method, ArchiveDescription original) =>
        _entries is null ? method : new ScaledMethod(method, original, _entries, _sites);

    /// <summary>Analyses in the units of the fields.</summary>
    /// <param name="blocks">Those in these units.</param>
    public IEnumerable<StateBlock> Back(IEnumerable<StateBlock> blocks) => _entries is null ? blocks : blocks.Select(Back);

    /// <summary>An analysis in the units of the fields.</summary>
    /// <param name="block">That in these units.</param>
    public StateBlock Back(StateBlock block) => _entries is null ? block : ScaledObservations.Times(block, _entries);

    private ArchiveDescription Describe(ArchiveDescription archive) => _entries is null ? archive : archive with { Fields = Models(archive), Sigma = _sigma };

    // What stays of the fields: how their errors meet the values.
    private static SortedDictionary<string, ObservedField>? Models(ArchiveDescription archive) =>
        archive.Fields?.Where(f => f.Value.Errors is not null).ToDictionary(f => f.Key, f => new ObservedField { Errors = f.Value.Errors })
            is { Count: > 0 } own ? new(own, StringComparer.Ordinal) : null;
}
