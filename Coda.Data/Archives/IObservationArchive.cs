using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>A record of observations that is read by trajectory and time range, streaming.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public interface IObservationArchive
{
    /// <summary>What the archive holds.</summary>
    ArchiveDescription Description { get; }

    /// <summary>Whether what is read is on the scale on which errors are additive (<see cref="ErrorScale"/>): values are where their errors are.</summary>
    bool IsOnErrorScale => Description.ErrorModels().All(errors => errors == ErrorModel.Additive);

    /// <summary>Reads one time range of one trajectory into dense arrays; withheld entries are left out unless they are asked for.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps to read; parts outside the record come back unobserved.</param>
    /// <param name="which">Which observations: those for input (default), the withheld ones, or all.</param>
    /// <exception cref="ArchiveFormatException">A part is missing, truncated, or holds a duplicate, a NaN, an unknown site or a step out of range.</exception>
    ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input);

    /// <summary>Reads the forcing of a trajectory, in blocks of consecutive steps whose states are the rows of <see cref="ArchiveDescription.Forcing"/>; they
    /// may begin before the record and end after it.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <returns>The blocks, by step; none where the archive has no forcing.</returns>
    /// <exception cref="ArchiveFormatException">A part is missing, or a row is out of order or not finite; thrown while they are enumerated.</exception>
    IEnumerable<StateBlock> ReadForcing(int trajectory) => [];

    /// <summary>
    /// Reads the whole record: for every trajectory its consecutive stretches of <paramref name="length"/> steps (the last may be shorter),
    /// each widened by <paramref name="halo"/> steps on both sides. Neighbours overlap by twice the halo; beyond the record nothing is observed.
    /// </summary>
    /// <param name="length">The steps of a stretch without its halo, at least 1.</param>
    /// <param name="halo">The steps added on each side, at least 0.</param>
    /// <param name="which">Which observations: those for input (default), the withheld ones, or all.</param>
    /// <exception cref="ArchiveFormatException">As for <see cref="ReadObservations"/>; thrown while the stretches are enumerated.</exception>
    IEnumerable<ObservationStretch> ReadStretches(int length, int halo, ObservationSubset which = ObservationSubset.Input) =>
        ReadStretches(RecordRange.Whole(Description), length, halo, which);

    /// <summary>Reads a part of the record in stretches, cut from the range's first step on; their halos may reach beyond the range.</summary>
    /// <param name="range">Which trajectories, and which steps of each.</param>
    /// <param name="length">The steps of a stretch without its halo, at least 1.</param>
    /// <param name="halo">The steps added on each side, at least 0.</param>
    /// <param name="which">Which observations: those for input (default), the withheld ones, or all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the record.</exception>
    /// <exception cref="ArchiveFormatException">As for <see cref="ReadObservations"/>; thrown while the stretches are enumerated.</exception>
    IEnumerable<ObservationStretch> ReadStretches(RecordRange range, int length, int halo, ObservationSubset which = ObservationSubset.Input)
    {
        range.Require(Description);
        for (var trajectory = range.FirstTrajectory; trajectory < range.EndTrajectory; trajectory++)
        {
            foreach (var core in Stretches.Of(range.Steps, length))
            {
                yield return ReadObservations(trajectory, core.Widen(halo, halo), which);
            }
        }
    }
}
