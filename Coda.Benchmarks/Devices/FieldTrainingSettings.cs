using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;

namespace Coda.Benchmarks.Devices;

/// <summary>A training on fields that has to end within a time: what is observed, what is trained, where, for how long.</summary>
/// <param name="Folder">Takes the archive of the observations and the model with its checkpoint.</param>
internal sealed record FieldTrainingSettings(string Folder)
{
    /// <summary>The folder of the archive.</summary>
    public string Archive => Path.Combine(Folder, "archive");

    /// <summary>The folder of the model.</summary>
    public string Model => Path.Combine(Folder, "model");

    /// <summary>The file of the experiment.</summary>
    public string ExperimentFile => Path.Combine(Folder, "experiment.json");

    /// <summary>Where to train: cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "cuda";

    /// <summary>The seconds that all of it may take, the simulation and the exports included.</summary>
    public double Seconds { get; init; } = 450;

    /// <summary>The steps that tell the rate.</summary>
    public int FirstSteps { get; init; } = 60;

    /// <summary>The flow and its tracks.</summary>
    public TwinExperiment Twin { get; init; } = new()
    {
        System = new Component("quasi-geostrophic"),
        ObservingNetwork = new Component("tracks"),
        Sigma = 2,
        StepLength = 1.25,
        SpinUpSteps = 800,
        StepCount = 600,
        TrajectoryCount = 2,
        Seed = 1,
    };

    /// <summary>The experiment, its joint stage alone; its steps are the most that are made.</summary>
    public Experiment Experiment { get; init; } = NamedExperiment.Named("quasi-geostrophic") with { Steps = 8000, Reanalysis = null };

    /// <summary>The command that goes on with it where there is more time.</summary>
    /// <param name="steps">The steps that the model will have.</param>
    public string Continuation(int steps) => $"./coda train --archive {Archive} --experiment {ExperimentFile} --steps {steps} --output {Model}";

    /// <summary>The same in small and on the CPU, as a trial of the way: a flow of 17 x 17 points, which is another problem.</summary>
    /// <param name="folder">The folder.</param>
    public static FieldTrainingSettings Dry(string folder)
    {
        var settings = new FieldTrainingSettings(folder);
        return settings with
        {
            Device = "cpu",
            FirstSteps = 3,
            Twin = settings.Twin with
            {
                System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17, ["biharmonic"] = 1e-9 }),
                ObservingNetwork = new Component("tracks", new JsonObject { ["count"] = 30 }),
                SpinUpSteps = 100,
                StepCount = 80,
            },
            Experiment = settings.Experiment with
            {
                System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17, ["biharmonic"] = 1e-9 }),
                Network = new Component("unet25", new JsonObject { ["halfWidth"] = 4, ["every"] = 4, ["width"] = 8, ["levels"] = 1, ["readsPosition"] = true }),
                BatchSize = 2,
                Steps = 8,
                ValidationInterval = 4,
                CheckpointInterval = 2,
            },
        };
    }
}
