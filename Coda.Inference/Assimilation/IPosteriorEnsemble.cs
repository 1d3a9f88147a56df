using Coda.Data.Archives;

namespace Coda.Inference.Assimilation;

/// <summary>A method whose analyses are the mean and the spread of an ensemble that it can give member by member: samples of the posterior, which may have
/// several modes.</summary>
/// <remarks>Implemented by an <see cref="AssimilationMethod"/>; safe for use from several threads.</remarks>
public interface IPosteriorEnsemble
{
    /// <summary>The most members that <see cref="ComputeMembers"/> can give, at least 2.</summary>
    int MostMembers { get; }

    /// <summary>Analyzes the steps of an archive, member by member, on the coordinates of fields with bounds.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="members">How many members N, in [2, <see cref="MostMembers"/>].</param>
    /// <param name="request">Which steps of which trajectories of the archive; all of them if none is given.</param>
    /// <returns>The members' states: those of member m of trajectory t, which belong together over time where the method smooths, as trajectory t N + m; sorted
    /// by (trajectory, step). A whole trajectory's members are held at once. Bits do not depend on the number of workers.</returns>
    /// <exception cref="ArgumentException">As for <see cref="AssimilationMethod.Analyze"/>, or a number of members out of range.</exception>
    IEnumerable<StateBlock> ComputeMembers(IObservationArchive archive, int members, AnalysisRequest? request = null);
}
