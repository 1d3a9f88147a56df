using Coda.Data.Cards;
using Coda.Data.Scoring;

namespace Coda.Cli.Demo;

/// <summary>What the demo came to.</summary>
/// <param name="Settings">What was run.</param>
/// <param name="Card">The trained model.</param>
/// <param name="Differences">ONNX Runtime less LibTorch: the greatest absolute difference, by file.</param>
/// <param name="Analyses">Scores of analyses, by method.</param>
/// <param name="Forecasts">Scores of forecasts, by method.</param>
/// <param name="Stages">How long each stage took.</param>
/// <param name="Folders">Where the files lie.</param>
internal sealed record DemoReport(
    DemoSettings Settings,
    ModelCard Card,
    IReadOnlyDictionary<string, double> Differences,
    IReadOnlyList<DemoScore> Analyses,
    IReadOnlyList<DemoScore> Forecasts,
    IReadOnlyList<StageTime> Stages,
    IReadOnlyList<string> Folders);

/// <summary>The scores of one method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Results">Its scores.</param>
internal sealed record DemoScore(string Method, IReadOnlyList<ScoreResult> Results)
{
    /// <summary>One of the scores.</summary>
    /// <param name="score">Its name.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="lead">The lead, in steps.</param>
    public ScoreResult? Find(string score, ScoredSites sites = ScoredSites.All, int lead = 0) =>
        Results.FirstOrDefault(r => r.Score == score && r.Sites == sites && r.Lead == lead);
}

/// <summary>How long a stage took.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Seconds">Its time.</param>
/// <param name="IsReused">Whether an earlier run had finished it.</param>
internal sealed record StageTime(string Stage, double Seconds, bool IsReused);
