using System.Text.Json;
using System.Text.Json.Serialization;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Training.Optimization;

namespace Coda.Workflows.Training;

/// <summary>What a finished reanalysis of a training record came from and with: written last, so that a run goes on from it to the same bits on any
/// machine.</summary>
/// <param name="Checkpoint">The SHA-256 of the joint stage's checkpoint, or of the card of the model that the run started from; the digest of the observations
/// where no model comes before.</param>
/// <param name="Refine">The trajectories from which the parameters were estimated once more.</param>
/// <param name="ModelErrorVariance">The polish's variance of the model error; its own by default.</param>
internal sealed record ReanalysisNote(string Checkpoint, int Refine, double? ModelErrorVariance)
{
    /// <summary>The parameters of the model.</summary>
    public Dictionary<string, double> Parameters { get; init; } = [];

    /// <summary>Those that were refined, as trained.</summary>
    public Dictionary<string, double> UnrefinedParameters { get; init; } = [];

    /// <summary>The standard errors of those.</summary>
    public Dictionary<string, double> ParameterErrors { get; init; } = [];

    /// <summary>The stretches that did not converge, of which no state is fitted.</summary>
    public IReadOnlyList<UnsoundStretch> Unsound { get; init; } = [];

    /// <summary>The method, where it was not the polish.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Component? Method { get; init; }

    /// <summary>Whether this is of the same origin as another.</summary>
    /// <param name="other">The other.</param>
    public bool IsOf(ReanalysisNote other) =>
        (Checkpoint, Refine, ModelErrorVariance) == (other.Checkpoint, other.Refine, other.ModelErrorVariance)
        && JsonSerializer.Serialize(Method, CodaJson.Options) == JsonSerializer.Serialize(other.Method, CodaJson.Options);

    /// <summary>A stretch that did not converge.</summary>
    /// <param name="Trajectory">The trajectory.</param>
    /// <param name="Steps">Its steps.</param>
    internal sealed record UnsoundStretch(int Trajectory, StepRange Steps);
}
