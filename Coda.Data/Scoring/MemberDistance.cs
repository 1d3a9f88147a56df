namespace Coda.Data.Scoring;

/// <summary>How far the members of one ensemble are from those of another, at one field.</summary>
/// <param name="Field">The field's symbol.</param>
/// <param name="Distance">The Wasserstein distance of order 1 between the marginal samples at an entry, the mean over entries, steps and trajectories, in the
/// field's unit.</param>
/// <param name="Deviation">The standard deviation over trajectories of their means; 0 for one trajectory.</param>
/// <param name="Share">The same as <see cref="Distance"/> of distances over the reference's standard deviation at the entry.</param>
/// <param name="Trajectories">The number of trajectories.</param>
/// <param name="Count">The number of marginals that were compared.</param>
public sealed record MemberDistance(string Field, double Distance, double Deviation, double Share, int Trajectories, long Count);
