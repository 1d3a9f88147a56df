using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Training.Networks;

/// <summary>What an assimilation network must know of its task.</summary>
/// <param name="Layout">The layout of the states it gives.</param>
/// <param name="Locations">For every observed site, the state entry it lies at (<see cref="ObservationOperator.Locations"/>).</param>
/// <param name="Climatology">Mean and standard deviation of what is observed, from the observations alone.</param>
public sealed record AssimilationContext(StateLayout Layout, IReadOnlyList<int> Locations, Climatology Climatology)
{
    /// <summary>The standard deviation of the training record's observation error, to which a network that reads errors compares each one.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>How many times as large each entry's error is as <see cref="Sigma"/>, where fields have errors of their own; nothing for 1. [space]</summary>
    public IReadOnlyList<float>? Scales => ObservedField.ScalesOf(Layout, Fields, Sigma).Scales;

    /// <summary>What single fields' observations had of their own in the training record, by the field's symbol.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>The number of observed sites.</summary>
    public int SiteCount => Locations.Count;

    /// <summary>Whether networks convolve along space: one field of sites along one axis or two. Elsewhere every entry is a channel.</summary>
    public bool HasSpace => Layout.Grid is RegularGrid { Shape.Count: <= 2 };

    /// <summary>Whether sites and state entries are the same.</summary>
    public bool IsAligned => Locations.SequenceEqual(Enumerable.Range(0, Layout.Size));
}
