namespace Coda.Data.Cards;

/// <summary>What a model's graphs are for: whoever needs a graph asks the card for that of a role (<see cref="ModelCard.FileOf"/>).</summary>
public static class ModelRoles
{
    /// <summary>Observations of windows to the states at their centres.</summary>
    public const string Analysis = "analysis";

    /// <summary>Observations of a contiguous stretch to the states of all of its full windows.</summary>
    public const string AnalysisStretch = "analysis-stretch";

    /// <summary>The same with convolutions in eight-bit integers; only where it was asked for.</summary>
    public const string AnalysisStretchInt8 = "analysis-stretch-int8";

    /// <summary>A forecast, the newest observations and a memory to the analysis and the next memory: one cycle of a sequential analysis.</summary>
    public const string Cycle = "cycle";

    /// <summary>A state to the next state.</summary>
    public const string Forecast = "forecast";

    /// <summary>State and perturbations to the next state and perturbations.</summary>
    public const string Tangent = "tangent";

    /// <summary>State and sensitivities of the next state to those of the state, the transpose of the tangent; models of earlier versions lack it.</summary>
    public const string Adjoint = "adjoint";

    /// <summary>A state to the tendency that the correction adds; only where there is one.</summary>
    public const string Correction = "correction";

    /// <summary>A state to its latent numbers.</summary>
    public const string Encoder = "encoder";

    /// <summary>Latent numbers to a state.</summary>
    public const string Decoder = "decoder";

    /// <summary>Latent numbers and perturbations of them to a state and perturbations of it.</summary>
    public const string DecoderTangent = "decoder-tangent";

    /// <summary>A stretch of a trajectory with noise on it to what it is without, and the transpose of that derivative.</summary>
    public const string Score = "score";

    /// <summary>Windows of observations and the gradient of any cost by their states to these states and the gradient by the observed values.</summary>
    public const string Impact = "impact";

    /// <summary>As <see cref="Forecast"/>, of states with departures of parameters and weights after them; only where there are
    /// such (<see cref="ModelCard.Tracked"/>).</summary>
    public const string TrackedForecast = "tracked-forecast";

    /// <summary>As <see cref="Tangent"/>, of such states.</summary>
    public const string TrackedTangent = "tracked-tangent";

    /// <summary>The roles of the graphs that Coda makes.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Analysis, AnalysisStretch, AnalysisStretchInt8, Cycle, Forecast, Tangent, Adjoint, Correction, Encoder, Decoder, DecoderTangent, Score, Impact,
        TrackedForecast, TrackedTangent,
    ];

    /// <summary>The name that the export gives the file of a role's graph; in cards of format 1, which name no roles, it tells the role.</summary>
    /// <param name="role">The role.</param>
    public static string FileName(string role) => $"{role}.onnx";
}
