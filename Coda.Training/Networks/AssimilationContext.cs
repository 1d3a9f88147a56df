using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Training.Networks;

/// <summary>What an assimilation network must know of its task.</summary>
public sealed record AssimilationContext
{
    private readonly Lazy<Climatology> _climatology;

    /// <summary>States a task.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="locations">For every observed site, the state entry it lies at (<see cref="ObservationOperator.Locations"/>).</param>
    /// <param name="climatology">Mean and standard deviation of what is observed.</param>
    public AssimilationContext(StateLayout layout, IReadOnlyList<int> locations, Climatology climatology)
        : this(layout, locations, () => climatology)
    {
    }

    /// <summary>States a task whose climatology is estimated when it is first asked for: a network is made, and says how long its windows are, before
    /// that.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="locations">For every observed site, the state entry it lies at (<see cref="ObservationOperator.Locations"/>).</param>
    /// <param name="estimate">Estimates mean and standard deviation of what is observed.</param>
    public AssimilationContext(StateLayout layout, IReadOnlyList<int> locations, Func<Climatology> estimate)
    {
        ArgumentNullException.ThrowIfNull(layout);
        (Layout, Locations, _climatology) = (layout, locations, new(estimate));
        Grid = layout.SharedGrid is RegularGrid { Shape.Count: <= 2 } grid ? grid : null;
    }

    /// <summary>The layout of the states that the network gives.</summary>
    public StateLayout Layout { get; }

    /// <summary>For every observed site, the state entry it lies at.</summary>
    public IReadOnlyList<int> Locations { get; init; }

    /// <summary>Mean and standard deviation of what is observed, as coordinates, from the observations alone.</summary>
    public Climatology Climatology => _climatology.Value;

    /// <summary>The standard deviation of the training record's observation error, to which a network that reads errors compares each one.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>How many times as large each entry's error is as <see cref="Sigma"/>, where fields have errors of their own; nothing for 1. [space]</summary>
    public IReadOnlyList<float>? Scales => ObservedField.ScalesOf(Layout, Fields, Sigma).Scales;

    /// <summary>What single fields' observations had of their own in the training record, by the field's symbol.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>The simulator, for networks that know it; <see langword="null"/> where there is none.</summary>
    public TrainedDynamics? Dynamics { get; init; }

    /// <summary>The steps from one state of a score's segments to the next.</summary>
    public int SegmentSteps { get; init; } = 1;

    /// <summary>How the errors of the others met the values.</summary>
    public ErrorModel Errors { get; init; }

    /// <summary>Takes observations to coordinates; nothing where they are of these.</summary>
    internal ObservedCoordinates? Coordinates => ObservedCoordinates.Of(Layout, Fields, Errors, Sigma);

    /// <summary>The number of observed sites.</summary>
    public int SiteCount => Locations.Count;

    /// <summary>The grid that networks convolve on, of sites along one axis or two, where all fields lie on it; <see langword="null"/> elsewhere.</summary>
    public RegularGrid? Grid { get; }

    /// <summary>The channels of a state: its fields on <see cref="Grid"/>; elsewhere every entry is one.</summary>
    public int Channels => Grid is null ? Layout.Size : Layout.Fields.Count;

    /// <summary>States of the climatology's mean and deviation, entries independent, for references. [row, space]</summary>
    /// <param name="rows">How many.</param>
    /// <param name="random">Draws them.</param>
    internal float[] DrawStates(int rows, CounterRandom random)
    {
        var (mean, deviation) = (Climatology.Mean, Climatology.Deviation);
        var states = new float[rows * mean.Length];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = (float)(mean[i % mean.Length] + (deviation[i % mean.Length] * random.NextGaussian()));
        }

        return states;
    }

    /// <summary>Whether sites and state entries are the same.</summary>
    public bool IsAligned => Locations.SequenceEqual(Enumerable.Range(0, Layout.Size));
}
