using Coda.Data.Cards;

namespace Coda.Workflows.Demonstrating;

/// <summary>What the demo came to.</summary>
/// <param name="Settings">What was run.</param>
/// <param name="Card">The trained or released model; <see langword="null"/> for none.</param>
/// <param name="Differences">ONNX Runtime less LibTorch: the greatest absolute difference, by file.</param>
/// <param name="Analyses">Scores of analyses, by method.</param>
/// <param name="Forecasts">Scores of forecasts, by method.</param>
/// <param name="Stages">How long each stage took.</param>
/// <param name="Folders">Where the files lie.</param>
public sealed record DemoReport(
    DemoSettings Settings,
    ModelCard? Card,
    IReadOnlyDictionary<string, double> Differences,
    IReadOnlyList<DemoScore> Analyses,
    IReadOnlyList<DemoScore> Forecasts,
    IReadOnlyList<PhaseTime> Stages,
    IReadOnlyList<string> Folders)
{
    /// <summary>The model's folder; <see langword="null"/> for none.</summary>
    public string? Model { get; init; }

    /// <summary>The report of all of it, where one was made.</summary>
    public string? Report { get; init; }
}
