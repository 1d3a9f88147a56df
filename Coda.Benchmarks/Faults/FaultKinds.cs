using Coda.Data.Archives.Parts;

namespace Coda.Benchmarks.Faults;

/// <summary>Every kind of file that Coda reads, with what reads it.</summary>
internal static class FaultKinds
{
    /// <summary>The first part of a table, inside its folder.</summary>
    public const string Part = "part-00000.parquet";

    private const string Run = "unfinished/analyses/run";

    /// <summary>The kinds, in the order of the table.</summary>
    public static IReadOnlyList<FaultKind> All { get; } = [.. Archives(), .. Models(), .. Inputs()];

    private static FaultKind[] Archives() =>
    [
        new(
            "observations", $"archive/observations/{Part}", FaultFormat.Binary,
            "inspect-archive", "check-archive", "export", "analyze", "etkf", "polish", "train", "score", "tune", "compare"),
        new("truth", $"archive/truth/{Part}", FaultFormat.Binary, "inspect-archive", "check-archive", "score", "compare"),
        new(
            "analyses", $"analyzed/analyses/{Part}", FaultFormat.Binary, "inspect-analyzed", "export-analyses",
            "forecast", "persistence", "score", "score-withheld"),
        new("forecasts", $"analyzed/forecasts/{Part}", FaultFormat.Binary, "inspect-analyzed", "check-analyzed", "score"),
        new(
            "archive.json", "archive/archive.json", FaultFormat.Json,
            "inspect-archive", "check-archive", "analyze", "etkf", "polish", "train", "score", "tune") { IsDescription = true },
        new(
            "archive.json-analyzed", "analyzed/archive.json", FaultFormat.Json,
            "inspect-analyzed", "forecast", "persistence", "score") { IsDescription = true },
        new("plan", $"{Run}/plan.json", FaultFormat.Json, "check-unfinished", "resume"),
        new("manifest", $"{Run}/part-00000.json", FaultFormat.Json, "check-unfinished", "resume"),
        new("unsealed-part", $"unfinished/analyses/{Part}", FaultFormat.Binary, "check-unfinished", "resume"),
    ];

    private static FaultKind[] Models() =>
    [
        new("card.json", "model/card.json", FaultFormat.Json, "inspect-model", "analyze", "polish", "forecast") { IsDescription = true },
        new("analysis.onnx", "model/analysis.onnx", FaultFormat.Binary, "inspect-model", "inspect-onnx", "analyze-window", "nowcast"),
        new("analysis-stretch.onnx", "model/analysis-stretch.onnx", FaultFormat.Binary, "inspect-model", "analyze"),
        new("forecast.onnx", "model/forecast.onnx", FaultFormat.Binary, "inspect-model", "forecast"),
        new("tangent.onnx", "model/tangent.onnx", FaultFormat.Binary, "inspect-model", "polish"),
        new("correction.onnx", "corrected/correction.onnx", FaultFormat.Binary, "inspect-corrected"),
        new("lone-onnx", "lone.onnx", FaultFormat.Binary, "inspect-lone") { IsSealed = false },
        new("reference.safetensors", "model/reference.safetensors", FaultFormat.Binary, "inspect-model"),
        new("weights.safetensors", "model/weights.safetensors", FaultFormat.Binary, "train-start"),
        new("checkpoint", "model/checkpoint.safetensors", FaultFormat.Binary, "train-resume"),
        new("history", "model/history.parquet", FaultFormat.Binary, "inspect-model", "train-resume") { IsOptional = true },
        new("pipeline", "pipeline.zip", FaultFormat.Binary, "pipeline"),
    ];

    // What a user writes has no checksum: another number in it is another number.
    private static IEnumerable<FaultKind> Inputs() => new FaultKind[]
    {
        new("experiment", "experiment.json", FaultFormat.Json, "train-file"),
        new("twin", "twin.json", FaultFormat.Json, "simulate"),
        new("tuned", "tuned.json", FaultFormat.Json, "analyze-tuned"),
        new("bands", "bands.json", FaultFormat.Json, "analyze-bands"),
        new("csv", "observed.csv", FaultFormat.Csv, "import-csv"),
        new("parquet", "observed.parquet", FaultFormat.Binary, "import-parquet"),
        new("netcdf", "observed.nc", FaultFormat.Binary, "import-netcdf"),
        new("body-json", "body.json", FaultFormat.Json, "service-analyses"),
        new("body-forecasts", "forecasts.json", FaultFormat.Json, "service-forecasts"),
        new("body-parquet", "body.parquet", FaultFormat.Binary, "service-parquet"),
    }.Select(kind => kind with { IsSealed = false });
}
