namespace Coda.Data.Cards;

/// <summary>What a model's graphs are for.</summary>
public static class ModelRoles
{
    /// <summary>Observations of windows, or of a stretch, to states.</summary>
    public const string Analysis = "analysis";

    /// <summary>A state to the next state.</summary>
    public const string Forecast = "forecast";

    /// <summary>State and perturbations to the next state and perturbations.</summary>
    public const string Tangent = "tangent";

    /// <summary>State and sensitivities of the next state to those of the state.</summary>
    public const string Adjoint = "adjoint";

    /// <summary>A state to the tendency that the simulator lacks.</summary>
    public const string Correction = "correction";
}
