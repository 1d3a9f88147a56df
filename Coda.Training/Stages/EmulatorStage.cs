using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains an emulator on sequences of states: the mean square of what each state is forecast to be from those before it, over the
/// climatology's deviations.</summary>
/// <remarks>Each sequence begins with an empty memory, so that forecasts from one state alone are trained, too.</remarks>
public sealed class EmulatorStage : StatesStage<Emulator>
{
    /// <summary>The emulator's name among the parts.</summary>
    public const string Emulator = "emulator";

    /// <summary>Brings an experiment together with an archive and its states.</summary>
    /// <param name="experiment">What to train and how; it has the member emulator.</param>
    /// <param name="archive">The observations, of which only the climatology is read.</param>
    /// <param name="states">The states to train on, of the experiment's system.</param>
    /// <param name="start">The model whose emulator it starts from, and whose climatology it keeps; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public EmulatorStage(Experiment experiment, IObservationArchive archive, Reanalysis states, TrainedModel? start = null)
        : base(
            Emulator, Set(experiment, archive, start is null ? null : Without(start.Context, start.Simulator.System.Layout)), states, start, turns: false)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["forecast"];

    /// <summary>Refuses, before states are made, an experiment that could not be trained with them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">No such member, an unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static void Require(Experiment experiment, IObservationArchive archive) => Set(experiment, archive, null);

    /// <inheritdoc/>
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new EmulatorShare(this, weights[0], rows, device);

    /// <inheritdoc/>
    /// <remarks>Its layout has the memory.</remarks>
    public override TrainedModel End(TrainedWeights trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (bare, memory) = (Context, MemoryClimatology.Of(this, trained.Parts[Emulator]));
        var climatology = new Climatology([.. bare.Climatology.Mean, .. memory.Mean], [.. bare.Climatology.Deviation, .. memory.Deviation]);
        return End(
            trained,
            new AssimilationContext(Network.LayoutOf(bare.Layout), bare.Locations, climatology)
            {
                Sigma = bare.Sigma, Errors = bare.Errors, Fields = bare.Fields,
            },
            OperatorOn());
    }

    /// <summary>The task of an emulator, of which a model's context has the memory, too.</summary>
    /// <param name="whole">The model's.</param>
    /// <param name="system">The system's layout.</param>
    internal static AssimilationContext Without(AssimilationContext whole, StateLayout system) => new(
        system, whole.Locations, new Climatology([.. whole.Climatology.Mean[..system.Size]], [.. whole.Climatology.Deviation[..system.Size]]))
    {
        Sigma = whole.Sigma, Errors = whole.Errors, Fields = whole.Fields,
    };

    // By the entries, which are the same with the memory behind them, where the whole state would be another.
    private Component OperatorOn() => new("site-selection", new JsonObject { ["sites"] = new JsonArray([.. Context.Locations.Select(i => (JsonNode)i)]) });

    private static (StatesTask Task, Emulator Network) Set(Experiment experiment, IObservationArchive archive, AssimilationContext? start)
    {
        var fit = ObservedTask.FitOf(experiment, archive, "emulator", e => e.Emulator);
        var task = StatesTask.Of(experiment, archive, start, _ => fit.Length);
        var layout = task.Context.Layout;
        new Faults($"experiment '{experiment.Name}'")
            .Require(task.Operator.IsSelection(layout.Size), "operator", "one that selects entries of the state, such as site-selection, with an emulator",
                (experiment.Operator ?? archive.Description.Operator).Name)
            .Require(task.Simulator.System.Forcing.Count == 0, "system", "one without forcing, which an emulator does not read", experiment.System.Name)
            .ThrowIfAny();
        return (task, Networks.Emulator.Catalog.Create(fit.Network, task.Context));
    }
}
