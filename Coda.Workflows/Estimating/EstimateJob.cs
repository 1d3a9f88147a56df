using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Estimating;

/// <summary>Parameters of a trained model's simulator to estimate from observations.</summary>
/// <param name="Archive">The observations.</param>
/// <param name="Model">The trained model; it stays the caller's.</param>
/// <param name="Starts">The parameters with the values to start from; <see cref="StartsOf"/> has those of the model.</param>
public sealed record EstimateJob(IObservationArchive Archive, OnnxModel Model, IReadOnlyList<KeyValuePair<string, double>> Starts)
{
    /// <summary>The number of the archive's first trajectories to take, at least 1; all by default.</summary>
    public int? Trajectories { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
    public double? Sigma { get; init; }

    /// <summary>The trained parameters of a model.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<KeyValuePair<string, double>> StartsOf(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Card.TrainedParameters.Select(name => KeyValuePair.Create(name, model.Card.Parameters[name]))];
    }
}
