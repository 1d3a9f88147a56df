using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Inference;

/// <summary>A released network in other observing settings than that of its record: error, spread over error, rank histogram, and whether it warns.</summary>
internal static class SettingsBenchmark
{
    private const double LeastRatio = 0.8;
    private const double LargestRatio = 1.25;
    private const double LargestDeviation = 0.15;

    private static readonly (string Name, double Sigma, Component Network)[] Settings =
    [
        ("as trained: sigma 1, 25 %", 1, Fraction(0.25)),
        ("sigma .5", 0.5, Fraction(0.25)),
        ("sigma 2", 2, Fraction(0.25)),
        ("sigma 3", 3, Fraction(0.25)),
        ("sigma 6", 6, Fraction(0.25)),
        ("5 %", 1, Fraction(0.05)),
        ("10 %", 1, Fraction(0.1)),
        ("50 %", 1, Fraction(0.5)),
        ("every fifth step", 1, new Component("random-fraction", new JsonObject { ["fraction"] = 0.25, ["interval"] = 5 })),
        ("all sites, every fifth step", 1, new Component("random-fraction", new JsonObject { ["fraction"] = 1.0, ["interval"] = 5 })),
        ("a hole of 3 sites", 1, Outages("hole", 3)),
        ("a hole of 8 sites", 1, Outages("hole", 8)),
        ("a hole of 20 sites", 1, Outages("hole", 20)),
        ("every second site", 1, new Component("fixed-sites", new JsonObject { ["every"] = 2 })),
        ("every fourth site", 1, new Component("fixed-sites", new JsonObject { ["every"] = 4 })),
        ("gaps of 60 steps", 1, Outages("gap", 60)),
        ("gaps of 150 steps", 1, Outages("gap", 150)),
        ("sigma .5, 5 %", 0.5, Fraction(0.05)),
        ("sigma 3, 5 %", 3, Fraction(0.05)),
        ("sigma 3, 50 %", 3, Fraction(0.5)),
    ];

    /// <summary>Prints a line for every setting.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">The model.</param>
    public static void Run(TextWriter output, string name)
    {
        using var model = OnnxModel.Open(ReleasedModels.Find(name));
        output.WriteLine($"{name}: 8 records of 1100 steps without {model.Card.HalfWidth} at each end; as asked: ratio in [{LeastRatio}, {LargestRatio}] and "
            + $"deviation below {LargestDeviation}, or a warning");
        output.WriteLine($"{"setting",-28} {"RMSE",7} {"spread",7} {"ratio",6} {"deviation",9}  ");
        foreach (var (setting, sigma, network) in Settings)
        {
            output.WriteLine(
                Line(setting, new TwinExperiment { Sigma = sigma, ObservingNetwork = network, TrajectoryCount = 8, StepCount = 1100, Seed = 2024 }, model));
        }
    }

    private static string Line(string setting, TwinExperiment twin, OnnxModel model)
    {
        var (archive, warnings) = (new MemoryArchive(twin.Describe(), twin.Observations()), new ResultWarnings());
        var method = new NetworkMethod(new AnalysisContext(archive, model), new NetworkMethod.Options());
        var report = TruthScoring.Report(
            method.Analyze(archive, new AnalysisRequest { Warnings = warnings }), twin.Truth(), archive, new ScoreRequest { Margin = model.Card.HalfWidth });
        var calibration = report.Calibrations.Single(c => c.Sites == ScoredSites.All);
        var error = report.Scores.Single(s => s.Score == RootMeanSquareError.Name && s.Sites == ScoredSites.All);
        var isKept = calibration.Ratio is >= LeastRatio and <= LargestRatio && calibration.HistogramDeviation < LargestDeviation;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{setting,-28} {error.Value,7:F3} {calibration.Spread,7:F3} {calibration.Ratio,6:F2} {calibration.HistogramDeviation,9:F3}  "
                + $"{(warnings.All.Count > 0 ? "warns" : isKept ? "" : "MISSED")}");
    }

    private static Component Fraction(double fraction) => new("random-fraction", new JsonObject { ["fraction"] = fraction });

    private static Component Outages(string what, int length) => new("outages", new JsonObject { [what] = length });
}
