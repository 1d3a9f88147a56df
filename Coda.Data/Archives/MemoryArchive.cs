using System.Globalization;
using System.Numerics.Tensors;
using Coda.Data.Archives.Parts;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>An archive's observations as dense arrays in memory, for records that fit and are read again and again.</summary>
/// <remarks>Takes 8 bytes per (trajectory, step, site), 16 with withheld entries, 4 more with sigma. Immutable; safe to share.</remarks>
public sealed class MemoryArchive : IObservationArchive
{
    private readonly ObservationStretch[] _input;
    private readonly ObservationStretch[]? _withheld;
    private readonly float[]? _deviations; // [site]

    /// <summary>Copies stretches into a record.</summary>
    /// <param name="description">What the record holds.</param>
    /// <param name="stretches">Dense stretches of all observations, in any order; what they leave out is unobserved. All have sigma or none.</param>
    /// <exception cref="ArgumentException"> The description contradicts itself, or a stretch has another number of sites, or an entry is outside the record,
    /// doubled or not finite.
    /// </exception>
    public MemoryArchive(ArchiveDescription description, IEnumerable<ObservationStretch> stretches)
    {
        DescriptionCheck.Require(description);
        Description = description;
        bool? hasSigma = null;
        _input = [];
        foreach (var stretch in stretches)
        {
            if (hasSigma is null)
            {
                hasSigma = stretch.Sigma is not null;
                _deviations = hasSigma.Value ? null : description.Deviations();
                var isKept = hasSigma.Value || _deviations is not null;
                _input = Blank(description, isKept);
                _withheld = description.Withheld.Fraction > 0 ? Blank(description, isKept) : null;
            }

            Add(stretch, hasSigma.Value);
        }

        if (hasSigma is null)
        {
            throw new ArgumentException("Expected at least one stretch of observations, got none.", nameof(stretches));
        }
    }

    /// <inheritdoc/>
    public ArchiveDescription Description { get; }

    /// <summary>The rows of the table <c>forcing</c>, by trajectory and step; none by default.</summary>
    public IReadOnlyList<StateBlock> Forcing { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => Forcing.Where(block => block.Trajectory == trajectory);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no such trajectory, or the range is empty.</exception>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
    {
        Requests.Check(Description, trajectory, steps);
        var stretch = Stretches.Blank(trajectory, steps, Description.SiteCount, _input[0].Sigma is not null);
        if (which != ObservationSubset.Withheld)
        {
            Stretches.CopyShared(_input[trajectory], stretch);
        }

        if (which == ObservationSubset.Withheld && _withheld is not null)
        {
            Stretches.CopyShared(_withheld[trajectory], stretch);
        }
        else if (which == ObservationSubset.All && _withheld is not null)
        {
            AddShared(_withheld[trajectory], stretch);
        }

        return stretch;
    }

    private static ObservationStretch[] Blank(ArchiveDescription description, bool hasSigma)
    {
        new MemoryNeed("A record in memory")
            .Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                        $"{description.TrajectoryCount} trajectories of {description.Steps.Count} steps and {description.SiteCount} sites"), hasSigma ? 12 : 8,
                description.TrajectoryCount, description.Steps.Count, description.SiteCount)
            .Require("Read it from its archive in stretches instead.");
        return [.. Enumerable.Range(0, description.TrajectoryCount).Select(t => Stretches.Blank(t, description.Steps, description.SiteCount, hasSigma))];
    }

    /// <summary>Adds what two disjoint sets of entries have; unobserved entries are 0.</summary>
    private static void AddShared(ObservationStretch from, ObservationStretch to)
    {
        var other = Stretches.Blank(to.Trajectory, to.Steps, to.SiteCount, to.Sigma is not null);
        Stretches.CopyShared(from, other);
        TensorPrimitives.Add(to.Values, other.Values, to.Values);
        TensorPrimitives.Add(to.Mask, other.Mask, to.Mask);
        if (to.Sigma is not null)
        {
            TensorPrimitives.Add(to.Sigma, other.Sigma, to.Sigma);
        }
    }

    private void Add(ObservationStretch stretch, bool hasSigma)
    {
        if (stretch.SiteCount != Description.SiteCount || stretch.Trajectory < 0 || stretch.Trajectory >= Description.TrajectoryCount)
        {
            throw new ArgumentException(
                $"Stretch {stretch.Steps} of trajectory {stretch.Trajectory}: expected {Description.SiteCount} sites and a trajectory in [0, "
                    + $"{Description.TrajectoryCount}), got {stretch.SiteCount} sites.");
        }

        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                Add(stretch, i, hasSigma);
            }
        }
    }

    private void Add(ObservationStretch stretch, int i, bool hasSigma)
    {
        var (step, site) = (stretch.Steps.Start + (i / stretch.SiteCount), i % stretch.SiteCount);
        var kept = _withheld is not null && Description.Withheld.Contains(stretch.Trajectory, step, site)
            ? _withheld[stretch.Trajectory] : _input[stretch.Trajectory];
        var at = Description.Steps.Contains(step) ? ((step - Description.Steps.Start) * stretch.SiteCount) + site : -1;
        var isSound = stretch.Mask[i] == 1 && float.IsFinite(stretch.Values[i])
            && (!hasSigma || (stretch.Sigma is { } sigma && sigma[i] > 0 && float.IsFinite(sigma[i])));
        if (at < 0 || !isSound || kept.Mask[at] != 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Observation at trajectory {stretch.Trajectory}, step {step}, site {site}: expected one finite value with mask 1 (and sigma greater than 0) "
                    + $"in the record {Description.Steps}, got {(at >= 0 && isSound ? "a duplicate" : stretch.Values[i])}."));
        }

        kept.Values[at] = stretch.Values[i];
        kept.Mask[at] = 1;
        if (kept.Sigma is not null)
        {
            kept.Sigma[at] = stretch.Sigma?[i] ?? _deviations![site];
        }
    }
}
