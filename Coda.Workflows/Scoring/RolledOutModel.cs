using Coda.Data.Scoring;

namespace Coda.Workflows.Scoring;

/// <summary>What the rollouts of one model came to.</summary>
/// <param name="Name">The model's name in tables.</param>
public sealed record RolledOutModel(string Name)
{
    /// <summary>The RMSE of its forecasts from true states, by lead; none where they diverged.</summary>
    public IReadOnlyList<ScoreResult> Forecasts { get; init; } = [];

    /// <summary>The climatology of its free runs, where there were any.</summary>
    public MarginalDistribution? Marginal { get; init; }

    /// <summary>The total variation of their histogram from the truth's, in [0, 1].</summary>
    public double? Distance { get; init; }

    /// <summary>Where and how it diverged, if it did.</summary>
    public string? Failure { get; init; }
}
