using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;

namespace Coda.Training.Stages;

/// <summary>What training ends in: networks, their weights and the simulator's parameters, as plain arrays.</summary>
/// <param name="Experiment">The experiment it comes from.</param>
/// <param name="Archive">What the training archive held.</param>
/// <param name="Simulator">The forward operator.</param>
/// <param name="Operator">The observation operator as the model sees it.</param>
/// <param name="Context">The assimilation network's task.</param>
/// <param name="Network">The assimilation network.</param>
/// <param name="NetworkWeights">Its weights, by name.</param>
/// <param name="Correction">The correction; <see langword="null"/> for none.</param>
/// <param name="CorrectionWeights">Its weights, by name; empty for none.</param>
/// <param name="Parameters">The values of all of the simulator's parameters.</param>
/// <param name="Validation">The loss on the held-out tenth.</param>
public sealed record TrainedModel(
    Experiment Experiment,
    ArchiveDescription Archive,
    Simulator Simulator,
    ObservationOperator Operator,
    AssimilationContext Context,
    AssimilationNetwork Network,
    IReadOnlyDictionary<string, float[]> NetworkWeights,
    Correction? Correction,
    IReadOnlyDictionary<string, float[]> CorrectionWeights,
    IReadOnlyDictionary<string, double> Parameters,
    double Validation)
{
    /// <summary>The observing settings that the network was trained for.</summary>
    public ObservingSettings? TrainedFor { get; init; }

    /// <summary>The values in which training ended of the parameters that were refined after it, by name.</summary>
    public IReadOnlyDictionary<string, double> UnrefinedParameters { get; init; } = new Dictionary<string, double>();

    /// <summary>The standard errors of the parameters that were refined after training, by name.</summary>
    public IReadOnlyDictionary<string, double> ParameterErrors { get; init; } = new Dictionary<string, double>();
}
