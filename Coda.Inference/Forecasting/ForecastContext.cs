using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>What a forecast model is made from.</summary>
/// <param name="archive">What the states are of.</param>
/// <param name="model">The trained model, where one is named; it stays the caller's.</param>
/// <param name="states">The layout of the states that are advanced, where it is known; else the archive's.</param>
public sealed class ForecastContext(ArchiveDescription archive, OnnxModel? model = null, Func<StateLayout>? states = null)
{
    private readonly OnnxModel? _model = model;

    /// <summary>What the states are of.</summary>
    public ArchiveDescription Archive { get; } = archive;

    /// <summary>The trained model, where one is named.</summary>
    public OnnxModel? Model
    {
        get
        {
            IsModelUsed = true;
            return _model;
        }
    }

    /// <summary>Whether there is a trained model.</summary>
    public bool HasModel => _model is not null;

    /// <summary>Whether somebody has asked for the trained model: whatever was made without asking computes without it.</summary>
    public bool IsModelUsed { get; private set; }

    /// <summary>The layout of the states that are advanced.</summary>
    public StateLayout Layout => states?.Invoke() ?? Archive.Layout;

    /// <summary>Refuses a trained model that a method, made with this, would ignore.</summary>
    /// <param name="method">The method.</param>
    /// <exception cref="ArgumentException">It did not ask for the model.</exception>
    public void RequireModelUsed(Component method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (HasModel && !IsModelUsed)
        {
            throw new ArgumentException(
                $"--model: expected none with method '{method.Name}' and these options, which compute without one. "
                + "Leave it out, or the options that name another forecast model (system, forecastModel).");
        }
    }
}
