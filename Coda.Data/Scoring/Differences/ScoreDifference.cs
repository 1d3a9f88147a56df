namespace Coda.Data.Scoring.Differences;

/// <summary>What two estimates of the same record differ by in one score.</summary>
/// <param name="Estimate">The estimate.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="Score">The score's name; of it less is better.</param>
/// <param name="Sites">The sites it is taken over.</param>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="LeadTime">The lead, in the archive's time unit.</param>
/// <param name="Part">The field or site that it is taken over, where they are scored apart.</param>
/// <param name="Relative">The difference over the reference's score of the same times; nothing where that is 0.</param>
/// <param name="Difference">The difference.</param>
public sealed record ScoreDifference(
    string Estimate, string Reference, string Score, ScoredSites Sites, int Lead, double LeadTime, ScoredPart? Part, double? Relative,
    PairedDifference Difference);
