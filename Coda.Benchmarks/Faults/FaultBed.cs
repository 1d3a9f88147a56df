using System.Text;
using System.Text.Json.Nodes;
using Coda.Cli;

namespace Coda.Benchmarks.Faults;

/// <summary>A small specimen of every file that Coda reads, in one folder, with what reads it.</summary>
internal sealed class FaultBed : IDisposable
{
    private const string Observations = "archive/observations/part-00000.parquet";
    private const string Size = "system.size=8";
    private const int Steps = 200;
    private const int FewSteps = 4;

    private readonly Dictionary<string, IFaultProbe> _probes;

    /// <summary>Opens a bed that was made before.</summary>
    /// <param name="folder">Its folder.</param>
    public FaultBed(string folder)
    {
        Folder = folder;
        _probes = Probes().ToDictionary(p => p.Name);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Every kind of file, in the order of the table.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; } = AllKinds();

    /// <summary>Makes a bed.</summary>
    /// <param name="folder">Its folder; what is there is removed.</param>
    public static FaultBed Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        var bed = new FaultBed(folder);
        bed.MakeArchive();
        bed.MakeModels();
        bed.MakeEstimates();
        bed.MakeInputs();
        return bed;
    }

    /// <summary>What reads a file.</summary>
    /// <param name="name">The probe's name.</param>
    public IFaultProbe Probe(string name) => _probes[name];

    /// <summary>The kind of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public FaultKind Kind(string name) =>
        Kinds.FirstOrDefault(k => k.Name == name) ?? throw new ArgumentException($"Expected one of {string.Join(", ", Kinds.Select(k => k.Name))}, got '{name}'.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var probe in _probes.Values.OfType<IDisposable>())
        {
            probe.Dispose();
        }
    }

    private static FaultKind[] AllKinds() =>
    [
        new("observations", Observations, FaultFormat.Binary, "inspect-archive", "check-archive", "analyze", "etkf", "polish", "train", "score", "tune", "compare"),
        new("truth", "archive/truth/part-00000.parquet", FaultFormat.Binary, "inspect-archive", "check-archive", "score", "compare"),
        new("analyses", "analyzed/analyses/part-00000.parquet", FaultFormat.Binary, "inspect-analyzed", "forecast", "persistence", "score", "score-withheld"),
        new("forecasts", "analyzed/forecasts/part-00000.parquet", FaultFormat.Binary, "inspect-analyzed", "check-analyzed", "score"),
        new("archive.json", "archive/archive.json", FaultFormat.Json, "inspect-archive", "check-archive", "analyze", "etkf", "polish", "train", "score", "tune") { IsDescription = true },
        new("archive.json-analyzed", "analyzed/archive.json", FaultFormat.Json, "inspect-analyzed", "forecast", "persistence", "score") { IsDescription = true },
        new("plan", "unfinished/analyses/run/plan.json", FaultFormat.Json, "check-unfinished", "resume"),
        new("manifest", "unfinished/analyses/run/part-00000.json", FaultFormat.Json, "check-unfinished", "resume"),
        new("unsealed-part", "unfinished/analyses/part-00000.parquet", FaultFormat.Binary, "check-unfinished", "resume"),
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
        new("experiment", "experiment.json", FaultFormat.Json, "train-file") { IsSealed = false },
        new("twin", "twin.json", FaultFormat.Json, "simulate") { IsSealed = false },
        new("tuned", "tuned.json", FaultFormat.Json, "analyze-tuned") { IsSealed = false },
        new("csv", "observed.csv", FaultFormat.Csv, "import-csv") { IsSealed = false },
        new("parquet", "observed.parquet", FaultFormat.Binary, "import-parquet") { IsSealed = false },
        new("body-json", "body.json", FaultFormat.Json, "service-analyses") { IsSealed = false },
        new("body-forecasts", "forecasts.json", FaultFormat.Json, "service-forecasts") { IsSealed = false },
        new("body-parquet", "body.parquet", FaultFormat.Binary, "service-parquet") { IsSealed = false },
        new("pipeline", "pipeline.zip", FaultFormat.Binary, "pipeline"),
    ];

    // A network that has learned enough for its analyses to be polished; where training itself is tried, a few steps of it.
    private static string[] Train(string archive, string output, int steps, params string[] more) =>
    [
        "train", "--archive", archive, "--output", output, "--threads", "1", "--set", $"steps={steps}", Size, "network.halfWidth=2", "network.width=4", "network.blocks=1", "network.kernel=3",
        "network.hasSpread=true", "parameters.F.start=7.9", "withholdingFraction=0.3", "batchSize=4", "rolloutLength=4", "learningRate=0.01", "warmUpSteps=2", $"validationInterval={steps}",
        $"checkpointInterval={steps}", .. more,
    ];

    private IEnumerable<IFaultProbe> Probes() =>
    [
        new CommandProbe("inspect-archive", null, "inspect", "@archive"),
        new CommandProbe("inspect-analyzed", null, "inspect", "@analyzed"),
        new CommandProbe("inspect-model", null, "inspect", "@model"),
        new CommandProbe("inspect-corrected", null, "inspect", "@corrected"),
        new CommandProbe("inspect-onnx", null, "inspect", "@model/analysis.onnx"),
        new CommandProbe("inspect-lone", null, "inspect", "@lone.onnx"),
        new CommandProbe("check-archive", null, "archive", "check", "@archive"),
        new CommandProbe("check-analyzed", null, "archive", "check", "@analyzed"),
        new CommandProbe("check-unfinished", "unfinished", "archive", "check", "@unfinished") { IntactExitCode = ExitCodes.BadData },
        new CommandProbe("resume", "unfinished", "analyze", "--archive", "@archive", "--model", "@model", "--output", "@unfinished", "--part-size", "20", "--json"),
        new CommandProbe("analyze", "out", "analyze", "--archive", "@archive", "--model", "@model", "--output", "@out", "--json"),
        new CommandProbe("analyze-window", "out", "analyze", "--archive", "@archive", "--model", "@model", "--set", "form=window", "--output", "@out", "--json"),
        new CommandProbe("nowcast", "out", "analyze", "--archive", "@archive", "--model", "@model", "--nowcast", "--output", "@out", "--json"),
        new CommandProbe("etkf", "out", "analyze", "--archive", "@archive", "--method", "etkf", "--set", "members=10", "--output", "@out", "--json"),
        new CommandProbe("analyze-tuned", "out", "analyze", "--archive", "@archive", "--method", "@tuned.json", "--output", "@out", "--json"),
        new CommandProbe("polish", "out", "analyze", "--archive", "@archive", "--model", "@model", "--polish", "6", "--output", "@out", "--json"),
        new CommandProbe("forecast", "out", "forecast", "--archive", "@analyzed", "--model", "@model", "--leads", "0", "0.05", "--every", "0.1", "--output", "@out", "--json"),
        new CommandProbe("persistence", "out", "forecast", "--archive", "@analyzed", "--method", "persistence", "--leads", "0.05", "--every", "0.1", "--output", "@out", "--json"),
        new CommandProbe("score", null, "score", "--archive", "@archive", "--analyses", "@analyzed", "--json"),
        new CommandProbe("score-withheld", null, "score", "--archive", "@archive", "--analyses", "@analyzed", "--against", "withheld", "--json"),
        new CommandProbe("tune", "best.json", "tune", "--archive", "@archive", "--method", "three-dvar", "--sweep", "background-scale=0.001,0.02", "--output", "@best.json", "--json"),
        new CommandProbe("compare", null, "compare", "--archive", "@archive", "--methods", "climatology", "three-dvar", "--json"),
        new CommandProbe("train", "out", [.. Train("@archive", "@out", FewSteps), "--json"]),
        new CommandProbe("train-resume", "model", [.. Train("@archive", "@model", Steps), "--json"]),
        new CommandProbe("train-start", "out", [.. Train("@archive", "@out", FewSteps, "reanalysis.steps=2", "--start", "@model"), "--json"]),
        new CommandProbe("train-file", "out", "train", "--archive", "@archive", "--experiment", "@experiment.json", "--threads", "1", "--output", "@out", "--json"),
        new CommandProbe("simulate", "out", "simulate", "--experiment-file", "@twin.json", "--output", "@out", "--json"),
        new CommandProbe("import-csv", "out", "import", "@observed.csv", "--step-length", "0.5", "--sigma", "1", "--withhold", "0", "--output", "@out", "--json"),
        new CommandProbe(
            "import-parquet", "out", "import", "@observed.parquet", "--step-length", "1", "--time", "step", "--trajectory", "trajectory", "--sigma", "1", "--withhold", "0", "--output", "@out", "--json"),
        new ServiceProbe("service-analyses", At("model"), "/v1/analyses", "body.json", "application/json"),
        new ServiceProbe("service-forecasts", At("model"), "/v1/forecasts", "forecasts.json", "application/json"),
        new ServiceProbe("service-parquet", At("model"), "/v1/analyses?start=3&end=8", "body.parquet", "application/vnd.apache.parquet"),
        new PipelineProbe("pipeline.zip", At("archive"), At("model")),
    ];

    private void MakeArchive()
    {
        Coda("simulate", "--set", Size, "observingNetwork.fraction=0.5", "--trajectories", "2", "--steps", "120", "--spin-up", "300", "--withhold", "0.1", "--output", At("archive"));
        File.Copy(At(Observations), At("observed.parquet"));
        Coda("simulate", "--set", Size, "observingNetwork.fraction=0.5", "--trajectories", "1", "--steps", "20", "--spin-up", "300", "--no-truth", "--output", At("short"));
        File.Copy(At("short/observations/part-00000.parquet"), At("body.parquet"));
        Directory.Delete(At("short"), recursive: true);
    }

    private void MakeModels()
    {
        Coda(Train(At("archive"), At("model"), Steps));
        Coda(Train(At("archive"), At("corrected"), FewSteps, "correction=pointwise"));
        File.Copy(At("model/forecast.onnx"), At("lone.onnx"));
        PipelineProbe.Save(At("archive"), At("model"), At("pipeline.zip"));
    }

    private void MakeEstimates()
    {
        Coda("analyze", "--archive", At("archive"), "--model", At("model"), "--nowcast", "--output", At("analyzed"));
        Coda("forecast", "--archive", At("analyzed"), "--model", At("model"), "--leads", "0", "0.05", "--every", "0.1");
        Coda("analyze", "--archive", At("archive"), "--model", At("model"), "--output", At("unfinished"), "--shard", "0/2", "--part-size", "20");
        Coda("tune", "--archive", At("archive"), "--method", "three-dvar", "--sweep", "background-scale=0.001,0.02", "--output", At("tuned.json"));
    }

    private void MakeInputs()
    {
        File.WriteAllText(At("experiment.json"), """
            { "base": "lorenz96", "name": "mine", "description": "of my own", "system": { "name": "lorenz96", "options": { "size": 8 } }, "parameters": [ { "name": "F", "start": 7.5 } ],
              "network": { "name": "time-channel", "options": { "halfWidth": 2, "width": 4, "blocks": 1, "kernel": 3 } }, "steps": 3, "batchSize": 4, "rolloutLength": 4, "warmUpSteps": 2,
              "learningRate": 0.001, "withholdingFraction": 0.3, "validationInterval": 2, "checkpointInterval": 2, "seed": 3 }
            """);
        File.WriteAllText(At("twin.json"), """
            { "system": { "name": "lorenz96", "options": { "size": 8, "forcing": 8 } }, "integrator": { "name": "runge-kutta4" }, "operator": { "name": "site-selection" },
              "observingNetwork": { "name": "random-fraction", "options": { "fraction": 0.5 } }, "sigma": 0.5, "stepLength": 0.01, "trajectoryCount": 2, "stepCount": 30, "spinUpSteps": 50, "seed": 4 }
            """);
        File.WriteAllText(At("observed.csv"), Csv());
        File.WriteAllText(At("body.json"), Body().ToJsonString());
        var (forecasts, body) = (Body(), At("forecasts.json"));
        forecasts["leads"] = new JsonArray(0, 2, 5);
        File.WriteAllText(body, forecasts.ToJsonString());
    }

    private static string Csv()
    {
        var text = new StringBuilder("time,site,value,flag\n");
        for (var i = 0; i < 60; i++)
        {
            text.Append(FormattableString.Invariant($"{i / 5 * 0.5},{i % 5},{Math.Sin(i) * 4:F3},0\n"));
        }

        return text.ToString();
    }

    private static JsonObject Body()
    {
        var rows = Enumerable.Range(0, 12).Select(step => new JsonArray([.. Enumerable.Range(0, 8).Select(site => (step + site) % 3 == 0 ? null : (JsonNode)Math.Round(4 * Math.Sin((step * 8) + site), 3))]));
        return new JsonObject { ["firstStep"] = 5, ["rows"] = new JsonArray([.. rows]), ["steps"] = new JsonObject { ["start"] = 7, ["end"] = 12 } };
    }

    private string At(string path) => Path.Combine(Folder, path);

    private static void Coda(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        if (CodaCommandLine.Run(arguments, output, error) is not 0 and var code)
        {
            throw new InvalidOperationException($"coda {string.Join(' ', arguments)}: exit code {code}. {error}");
        }
    }
}
