using Coda.Cli;

namespace Coda.Benchmarks.Faults;

/// <summary>What reads the files of a bed. <c>@</c> stands for the folder in which a command runs.</summary>
internal static class FaultProbes
{
    /// <summary>The optimizer steps after which the bed's network is good enough for its analyses to be polished.</summary>
    public const int Steps = 200;

    /// <summary>Those where training itself is tried.</summary>
    public const int FewSteps = 4;

    private const string Analyze = "analyze --archive @archive --output @out --json";
    private const string Score = "score --archive @archive --analyses @analyzed --json";
    private const string Import = "--sigma 1 --withhold 0 --output @out --json";

    /// <summary>Every probe.</summary>
    /// <param name="bed">The bed's folder, for what runs intact files beside the damaged one.</param>
    public static IEnumerable<IFaultProbe> All(string bed) => Commands().Concat<IFaultProbe>(
    [
        Service(bed, "service-analyses", "/v1/analyses", "body.json", "application/json"),
        Service(bed, "service-forecasts", "/v1/forecasts", "forecasts.json", "application/json"),
        Service(bed, "service-parquet", "/v1/analyses?start=3&end=8", "body.parquet", "application/vnd.apache.parquet"),
        new PipelineProbe("pipeline.zip", Path.Combine(bed, "archive"), Path.Combine(bed, "model")),
    ]);

    /// <summary>The line that trains a small network for a ring of 8 sites.</summary>
    /// <param name="output">The model's folder.</param>
    /// <param name="steps">The optimizer steps.</param>
    /// <param name="settings">More settings, each after a blank.</param>
    public static string Train(string output, int steps, string settings = "") =>
        $"train --archive @archive --experiment lorenz96 --output {output} --threads 1 --set steps={steps} system.size=8 network.halfWidth=2 network.width=4 "
            + $"network.blocks=1"
        + " network.kernel=3 network.hasSpread=true parameters.F.start=7.9 withholdingFraction=0.3 batchSize=4 rolloutLength=4 learningRate=0.01"
        + $" warmUpSteps=2 validationInterval={steps} checkpointInterval={steps}{settings}";

    private static CommandProbe[] Commands() =>
    [
        new("inspect-archive", null, "inspect @archive"),
        new("inspect-analyzed", null, "inspect @analyzed"),
        new("inspect-model", null, "inspect @model"),
        new("inspect-corrected", null, "inspect @corrected"),
        new("inspect-onnx", null, "inspect @model/analysis.onnx"),
        new("inspect-lone", null, "inspect @lone.onnx"),
        new("check-archive", null, "archive check @archive"),
        new("check-analyzed", null, "archive check @analyzed"),
        new("check-unfinished", "unfinished", "archive check @unfinished") { IntactExitCode = ExitCodes.BadData },
        new("resume", "unfinished", "analyze --archive @archive --model @model --output @unfinished --part-size 20 --json"),
        new("analyze", "out", $"{Analyze} --model @model"),
        new("analyze-window", "out", $"{Analyze} --model @model --set form=window"),
        new("nowcast", "out", $"{Analyze} --model @model --nowcast"),
        new("etkf", "out", $"{Analyze} --method etkf --set members=10"),
        new("analyze-tuned", "out", $"{Analyze} --method @tuned.json"),
        new("analyze-bands", "out", $"{Analyze} --method etkf --set members=10 --bands @bands.json"),
        new("polish", "out", $"{Analyze} --model @model --polish 6"),
        new("forecast", "out", "forecast --archive @analyzed --model @model --leads 0 0.05 --every 0.1 --output @out --json"),
        new("persistence", "out", "forecast --archive @analyzed --method persistence --leads 0.05 --every 0.1 --output @out --json"),
        new("score", null, Score),
        new("score-withheld", null, $"{Score} --against withheld"),
        new("tune", "best.json", "tune --archive @archive --method three-dvar --sweep background-scale=0.001,0.02 --output @best.json --json"),
        new("compare", null, "compare --archive @archive --methods climatology three-dvar --json"),
        new("train", "out", $"{Train("@out", FewSteps)} --json"),
        new("train-resume", "model", $"{Train("@model", Steps)} --json"),
        new("train-start", "out", $"{Train("@out", FewSteps, " reanalysis.steps=2")} --from @model --json"),
        new("train-file", "out", "train --archive @archive --experiment @experiment.json --threads 1 --output @out --json"),
        new("simulate", "out", "simulate --experiment-file @twin.json --output @out --json"),
        new("import-csv", "out", $"import @observed.csv --step-length 0.5 {Import}"),
        new("export", "out.csv", "export --archive @archive --table observations --output @out.csv --json"),
        new("export-analyses", "out.nc", "export --archive @analyzed --table analyses --output @out.nc --json"),
        new("import-netcdf", "out", $"import @observed.nc --step-length 0.01 --trajectory trajectory --value x {Import}"),
        new("import-parquet", "out", $"import @observed.parquet --step-length 1 --time step --trajectory trajectory {Import}"),
    ];

    private static ServiceProbe Service(string bed, string name, string route, string body, string type) =>
        new(name, Path.Combine(bed, "model"), route, body, type);
}
