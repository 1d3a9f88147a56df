using Coda.Data.Scoring;

namespace Coda.Cli;

/// <summary>Scores against withheld observations as cells of a table: what was measured first, then what it tells of the estimate's own error.</summary>
internal static class MisfitCells
{
    /// <summary>What the columns are, for a table's title.</summary>
    public const string Legend = "misfit is the RMSE with the observations' errors in it, error the same with σ² taken off, where that is resolved";

    /// <summary>The heads of the columns.</summary>
    public static IReadOnlyList<string> Heads { get; } = ["misfit", "±", "misfit / σ", "error", "95 %"];

    /// <summary>The cells under <see cref="Heads"/>.</summary>
    /// <param name="find">Finds a score by its name.</param>
    public static IReadOnlyList<string> Of(Func<string, ScoreResult?> find)
    {
        var misfit = find(WithheldScoring.Misfit);
        return
        [
            Tables.Number(misfit?.Value, 4), Tables.Number(misfit?.Deviation, 4), Tables.Number(find(WithheldScoring.MisfitRatio)?.Value, 4),
            Error(misfit?.Error), Interval(misfit?.Error),
        ];
    }

    /// <summary>How the interval of some misfits was made, in words.</summary>
    /// <param name="results">Scores.</param>
    public static string? How(IEnumerable<ScoreResult> results) => results.FirstOrDefault(r => r.Error is not null)?.Error!.Interval;

    private static string Error(ErrorEstimate? error) => error is null ? "-" : error.IsResolved ? Tables.Number(error.RootMeanSquareError) : "not resolved";

    private static string Interval(ErrorEstimate? error) => error switch
    {
        { IsResolved: true } => $"{Tables.Number(error.Least)} to {Tables.Number(error.Most)}",
        { Most: { } most } => $"below {Tables.Number(most)}",
        { High: not null } => "below 0: σ is too large",
        _ => "-",
    };
}
