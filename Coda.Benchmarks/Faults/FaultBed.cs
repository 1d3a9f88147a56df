using System.Text.Json.Nodes;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Coverage;

namespace Coda.Benchmarks.Faults;

/// <summary>A small specimen of every file that Coda reads, in one folder, with what reads it.</summary>
internal sealed class FaultBed : IDisposable
{
    private const string Twin = "simulate --set system.size=8 observingNetwork.fraction=0.5 --spin-up 300";

    private readonly Dictionary<string, IFaultProbe> _probes;

    /// <summary>Opens a bed that was made before.</summary>
    /// <param name="folder">Its folder.</param>
    public FaultBed(string folder)
    {
        Folder = folder;
        _probes = FaultProbes.All(folder).ToDictionary(p => p.Name);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

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
        bed.MakeArchives();
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
    public static FaultKind Kind(string name) => FaultKinds.All.FirstOrDefault(k => k.Name == name)
        ?? throw new ArgumentException($"Expected one of {string.Join(", ", FaultKinds.All.Select(k => k.Name))}, got '{name}'.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var probe in _probes.Values.OfType<IDisposable>())
        {
            probe.Dispose();
        }
    }

    private void MakeArchives()
    {
        Coda($"{Twin} --trajectories 2 --steps 120 --withhold 0.1 --output @archive");
        File.Copy(At($"archive/observations/{FaultKinds.Part}"), At("observed.parquet"));
        Coda("export --archive @archive --table observations --output @observed.nc");
        Coda($"{Twin} --trajectories 1 --steps 20 --no-truth --output @short");
        File.Copy(At($"short/observations/{FaultKinds.Part}"), At("body.parquet"));
        Directory.Delete(At("short"), recursive: true);
    }

    private void MakeModels()
    {
        Coda(FaultProbes.Train("@model", FaultProbes.Steps));
        Coda(FaultProbes.Train("@corrected", FaultProbes.FewSteps, " correction=pointwise"));
        File.Copy(At("model/forecast.onnx"), At("lone.onnx"));
        PipelineProbe.Save(At("archive"), At("model"), At("pipeline.zip"));
    }

    private void MakeEstimates()
    {
        Coda("analyze --archive @archive --model @model --nowcast --output @analyzed");
        Coda("forecast --archive @analyzed --model @model --leads 0 0.05 --every 0.1");
        Coda("analyze --archive @archive --model @model --output @unfinished --shard 0/2 --part-size 20");
        Coda("tune --archive @archive --method three-dvar --sweep background-scale=0.001,0.02 --output @tuned.json");
        new CoverageBands
        {
            Table = ArchiveTable.Analyses, Origin = new() { ["method"] = "etkf {\"members\":10}" }, Levels = [0.9], StateSize = 8,
            Correlations = new() { [0] = 1 }, Measured = [],
            Groups =
            [
                new()
                {
                    Lead = 0, Sites = CoveredSites.Observed, Count = 100, Separated = 50, Scale = new(1, 0.1, 0, 100), ObservationFactors = [1.6],
                    StateFactors = [1.7],
                },
            ],
        }.Write(At("bands.json"));
    }

    private void MakeInputs()
    {
        File.WriteAllText(At("experiment.json"), """
            {
              "base": "lorenz96", "name": "mine", "description": "of my own", "system": { "name": "lorenz96", "options": { "size": 8 } },
              "parameters": [ { "name": "F", "start": 7.5 } ],
              "network": { "name": "time-channel", "options": { "halfWidth": 2, "width": 4, "blocks": 1, "kernel": 3 } },
              "steps": 3, "batchSize": 4, "rolloutLength": 4, "warmUpSteps": 2, "learningRate": 0.001, "withholdingFraction": 0.3,
              "validationInterval": 2, "checkpointInterval": 2, "seed": 3
            }
            """);
        File.WriteAllText(At("twin.json"), """
            {
              "system": { "name": "lorenz96", "options": { "size": 8, "forcing": 8 } }, "integrator": { "name": "runge-kutta4" },
              "operator": { "name": "site-selection" }, "observingNetwork": { "name": "random-fraction", "options": { "fraction": 0.5 } },
              "sigma": 0.5, "stepLength": 0.01, "trajectoryCount": 2, "stepCount": 30, "spinUpSteps": 50, "seed": 4
            }
            """);
        File.WriteAllText(At("observed.csv"), Csv());
        File.WriteAllText(At("body.json"), Body().ToJsonString());
        var forecasts = Body();
        forecasts["leads"] = new JsonArray(0, 2, 5);
        File.WriteAllText(At("forecasts.json"), forecasts.ToJsonString());
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
        static JsonNode? Entry(int step, int site) => (step + site) % 3 == 0 ? null : Math.Round(4 * Math.Sin((step * 8) + site), 3);
        var rows = Enumerable.Range(0, 12).Select(step => new JsonArray([.. Enumerable.Range(0, 8).Select(site => Entry(step, site))]));
        return new JsonObject { ["firstStep"] = 5, ["rows"] = new JsonArray([.. rows]), ["steps"] = new JsonObject { ["start"] = 7, ["end"] = 12 } };
    }

    private string At(string path) => Path.Combine(Folder, path);

    private void Coda(string line)
    {
        var run = new CommandProbe("bed", null, line).Run(Folder, CancellationToken.None);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"coda {line}: exit code {run.ExitCode}. {run.Error}");
        }
    }
}
