using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>What to score.</summary>
public sealed record ScoreRequest
{
    /// <summary>Every score, by name.</summary>
    public static Catalog<IScore> Catalog { get; } = new("score");

    /// <summary>The scores; by default RMSE, bias and MSE, and spread and CRPS of estimates that have a spread.</summary>
    public IReadOnlyList<Component> Scores { get; init; } =
        [new(RootMeanSquareError.Name), new(Bias.Name), new(Spread.Name), new(ContinuousRankedProbability.Name), new(MeanSquareError.Name)];

    /// <summary>The layout of the states, where it is not the archive's: their fields are found in the truth by name, and those that it does not have
    /// are not scored.</summary>
    public StateLayout? Layout { get; init; }

    /// <summary>The steps left out at each end of the record; half a window's steps leave full windows only.</summary>
    public int Margin { get; init; }

    /// <summary>The steps that are scored (for forecasts, their starts), less the margin at each end; the whole record by default.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>Whether sites with and without an observation are scored apart too; for analyses.</summary>
    public bool SplitsSites { get; init; }

    /// <summary>What scores are taken apart by, besides the lead.</summary>
    public ScoreBy By { get; init; }

    /// <summary>Whether the scores that are errors are kept in time too, to be compared pair by pair.</summary>
    public bool KeepsSeries { get; init; }

    /// <summary>Stops the scoring.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The steps that are scored.</summary>
    /// <param name="archive">What the record holds.</param>
    internal StepRange StepsOf(ArchiveDescription archive) => (Steps ?? archive.Steps).Widen(-Margin, -Margin);
}
