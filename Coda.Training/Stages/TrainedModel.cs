using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;

namespace Coda.Training.Stages;

/// <summary>What training ends in: its trained parts and the simulator's parameters, as plain arrays.</summary>
/// <param name="Experiment">The experiment it comes from.</param>
/// <param name="Archive">What the training archive held.</param>
/// <param name="Simulator">The forward operator.</param>
/// <param name="Context">The assimilation network's task.</param>
/// <param name="Parts">The trained parts, names distinct; an assimilation network among them.</param>
/// <param name="Parameters">The values of all of the simulator's parameters.</param>
/// <param name="Validation">The loss on the held-out tenth.</param>
public sealed record TrainedModel(
    Experiment Experiment,
    ArchiveDescription Archive,
    Simulator Simulator,
    AssimilationContext Context,
    IReadOnlyList<ModelPart> Parts,
    IReadOnlyDictionary<string, double> Parameters,
    double Validation)
{
    /// <summary>The observing settings that the network was trained for.</summary>
    public ObservingSettings? TrainedFor { get; init; }

    /// <summary>The observation operator on the model's layout, where that is not the system's; else the experiment's or the archive's is meant.</summary>
    public Component? Operator { get; init; }

    /// <summary>The values in which training ended of the parameters that were refined after it, by name.</summary>
    public IReadOnlyDictionary<string, double> UnrefinedParameters { get; init; } = new Dictionary<string, double>();

    /// <summary>The standard errors of the parameters that were refined after training, by name.</summary>
    public IReadOnlyDictionary<string, double> ParameterErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>The part whose component is of a kind; <see langword="null"/> where there is none.</summary>
    /// <typeparam name="TComponent">The kind, such as <see cref="Correction"/>.</typeparam>
    public ModelPart? PartOf<TComponent>()
        where TComponent : ITrainable => Parts.FirstOrDefault(part => part.Component is TComponent);

    /// <summary>What the model's folder holds: the graphs of each part, and those of the simulator with the correction where no emulator is in its place,
    /// beside the part whose weights each takes.</summary>
    internal IEnumerable<(ModelPart Part, ModelGraph Graph)> Graphs()
    {
        if (PartOf<Emulator>() is not null)
        {
            return Parts.SelectMany(part => part.Component.Graphs(Context).Select(graph => (part, graph)));
        }

        var correction = PartOf<Correction>();
        var weights = correction?.Weights ?? new Dictionary<string, float[]>();
        ModelPart[] forward = [new("hybrid", new Hybrid(Simulator, Parameters, (Correction?)correction?.Component), weights)];
        return Parts.Concat(forward).Concat(Tracked() is { } tracked ? [new ModelPart("tracked", tracked, weights)] : [])
            .SelectMany(part => part.Component.Graphs(Context).Select(graph => (part, graph)));
    }

    /// <summary>What the model's tracked graphs have in their state; <see langword="null"/> where there are none.</summary>
    internal IReadOnlyList<TrackedPart>? TrackedParts() => Tracked()?.Parts;

    private TrackedHybrid? Tracked()
    {
        var part = PartOf<Correction>();
        var correction = (Correction?)part?.Component;
        return Experiment.Tracked is null ? null : new(
            Simulator, Parameters, correction, part?.Weights ?? new Dictionary<string, float[]>(),
            TrackedHybrid.Names(Experiment.Tracked, Experiment.Parameters.Select(p => p.Name), correction));
    }
}
