namespace Coda.Data.Cards;

/// <summary>Roles and tensors of a forward model's graphs: its step, the tangent of that, and the adjoint.</summary>
/// <param name="Forecast">The role of the step's graph.</param>
/// <param name="Tangent">The role of the tangent's graph.</param>
/// <param name="Adjoint">The role of the adjoint's graph; <see langword="null"/> where there is none.</param>
/// <param name="State">The tensor of the state.</param>
/// <param name="NextState">The tensor of the next state.</param>
/// <param name="Perturbations">The tensor of perturbations of the state.</param>
/// <param name="NextPerturbations">The tensor of perturbations of the next state.</param>
public sealed record ForwardNames(
    string Forecast, string Tangent, string? Adjoint, string State, string NextState, string Perturbations, string NextPerturbations)
{
    /// <summary>Those of the model's own states.</summary>
    public static ForwardNames Model { get; } = new(
        ModelRoles.Forecast, ModelRoles.Tangent, ModelRoles.Adjoint, ModelFolder.State, ModelFolder.NextState, ModelFolder.Perturbations,
        ModelFolder.NextPerturbations);

    /// <summary>Those of states with tracked parameters and weights after them.</summary>
    public static ForwardNames Tracked { get; } = new(
        ModelRoles.TrackedForecast, ModelRoles.TrackedTangent, null, ModelFolder.TrackedState, ModelFolder.NextTrackedState,
        ModelFolder.TrackedPerturbations, ModelFolder.NextTrackedPerturbations);
}
