using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Checks what a caller asks of an archive.</summary>
internal static class Requests
{
    /// <summary>Makes sure that there is such a trajectory and that the range holds a step.</summary>
    /// <param name="description">The archive's description.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps to read.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such trajectory.</exception>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public static void Check(ArchiveDescription description, int trajectory, StepRange steps)
    {
        if (trajectory < 0 || trajectory >= description.TrajectoryCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(trajectory), trajectory, $"Expected a trajectory in [0, {description.TrajectoryCount}), got {trajectory}.");
        }

        if (steps.Count == 0)
        {
            throw new ArgumentException($"Expected a range of at least one step, got {steps}.", nameof(steps));
        }
    }
}
