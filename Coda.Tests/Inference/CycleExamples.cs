using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Stages;

namespace Coda.Tests.Inference;

/// <summary>Models whose network is a sequential analysis, with random weights or few steps of training.</summary>
internal static class CycleExamples
{
    /// <summary>Small networks, short walks.</summary>
    public static Experiment Experiment { get; } = new()
    {
        Name = "cycle",
        System = new Component("lorenz96", new() { ["size"] = 8 }),
        Cycle = new CycleFit
        {
            Network = new Component("local-gain", new() { ["reach"] = 2, ["memory"] = 3, ["history"] = 1, ["width"] = 6, ["blocks"] = 1, ["kernel"] = 3 }),
            Teacher = CycleTeacher.Observations,
            Length = 4,
            SpinUpCycles = 8,
            Leads = 2,
        },
        WithholdingFraction = 0.1,
        Steps = 6,
        BatchSize = 4,
        WarmUpSteps = 2,
        GradientNorm = 1,
        ValidationInterval = 3,
        CheckpointInterval = 5,
    };

    /// <summary>The same with a number of members.</summary>
    public static Experiment WithMembers(int members)
    {
        var network = Experiment.Cycle!.Network;
        var options = (JsonObject)network.Options!.DeepClone();
        options["members"] = members;
        return Experiment with { Cycle = Experiment.Cycle with { Network = network with { Options = options } } };
    }

    /// <summary>A model with small random weights.</summary>
    public static TrainedModel Model(IObservationArchive archive, Experiment? experiment = null, ulong seed = 3)
    {
        var setup = new CycleSetup(experiment ?? Experiment, archive);
        return new TrainedModel(
            setup.Experiment, setup.Archive, setup.Simulator, setup.Context, [ModelExamples.Part(CycleStage.Cycle, setup.Network, seed)],
            setup.Simulator.System.ParameterNumbers, 0.5) { TrainedFor = setup.TrainedFor };
    }

    /// <summary>The same as a folder.</summary>
    public static ModelCard Write(string folder, TwinExperiment? twin = null, Experiment? experiment = null) =>
        ModelExport.Write(Model((twin ?? ExampleTwins.Lorenz96(steps: 200, fraction: 0.5)).Archive(), experiment), folder, "");
}
