using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>What came of one method with one choice of options on an archive.</summary>
/// <param name="Method">The method and the options that differ from its defaults.</param>
public sealed record MethodTrial(Component Method)
{
    /// <summary>Which model it computed with, in words; <see langword="null"/> for none.</summary>
    public string? Model { get; init; }

    /// <summary>Whether it was a smoother; else a filter.</summary>
    public bool IsSmoother { get; init; }

    /// <summary>Its scores; none where it failed.</summary>
    public IReadOnlyList<ScoreResult> Scores { get; init; } = [];

    /// <summary>The number of analyses.</summary>
    public long States { get; init; }

    /// <summary>The time they took, the method's own preparation included and scoring left out, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The number of stretches that a smoother iterated on; 0 for other methods.</summary>
    public int Stretches { get; init; }

    /// <summary>The number of those that did not converge, or not to what was sought.</summary>
    public int Unsound { get; init; }

    /// <summary>The trajectories that diverged, and how; the scores are those of the others.</summary>
    public IReadOnlyList<AnalysisWarning> Diverged { get; init; } = [];

    /// <summary>The number of trajectories that were analyzed, those that diverged included.</summary>
    public int Trajectories { get; init; }

    /// <summary>What must be known of trajectories that did not diverge, such as innovations that the spread does not explain.</summary>
    public IReadOnlyList<AnalysisWarning> Warnings { get; init; } = [];

    /// <summary>Why there are no scores: where and how the method diverged.</summary>
    public string? Failure { get; init; }

    /// <summary>What is scored apart, as fields of different units are; one part that is <see langword="null"/> where all is scored together.</summary>
    public IReadOnlyList<ScoredPart?> Parts => Scores.Count == 0 ? [null] : [.. Scores.Select(s => s.Part).Distinct()];

    /// <summary>The misfit against withheld observations, by which choices are compared: of fields that are scored apart, the root mean square over fields of
    /// each one's ratio to its σ. Nothing where none was measured.</summary>
    public double? Misfit => Parts is [var only] ? Find(WithheldScoring.Misfit, only)?.Value
        : Math.Sqrt(Parts.Average(part => Math.Pow(Find(WithheldScoring.MisfitRatio, part)?.Value ?? double.NaN, 2)));

    /// <summary>The value of a score over all sites, or of the withheld observations, at lead 0; nothing where it was not given.</summary>
    /// <param name="score">The score's name.</param>
    /// <param name="part">What is scored apart.</param>
    public ScoreResult? Find(string score, ScoredPart? part = null) =>
        Scores.FirstOrDefault(s => s is { Lead: 0, Sites: ScoredSites.All or ScoredSites.Withheld } && s.Score == score && s.Part == part);
}
