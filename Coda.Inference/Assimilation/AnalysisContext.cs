using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>What a method may learn from before it analyzes.</summary>
/// <param name="reference">The observations that statistics are estimated from; often the archive to be analyzed, or the training archive.</param>
/// <param name="model">The trained model, where one is named.</param>
public sealed class AnalysisContext(IObservationArchive reference, OnnxModel? model = null)
{
    /// <summary>What a method may learn from where there is a model and no record: one of the model's own kind, of which nothing is observed.</summary>
    /// <param name="model">The trained model.</param>
    public static AnalysisContext Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var record = model.Card.Record(new StepRange(0, 1));
        return new(new MemoryArchive(record, [new ObservationStretch(0, record.Steps, record.SiteCount)]), model);
    }

    /// <summary>The observations that statistics are estimated from; often the archive to be analyzed, or the training archive.</summary>
    public IObservationArchive Reference { get; } = reference;

    /// <summary>What a method's forecast model is made from.</summary>
    public ForecastContext Forecast { get; } = new(reference.Description, model);

    /// <summary>The trained model, where one is named.</summary>
    public OnnxModel? Model => Forecast.Model;

    /// <summary>Whether there is a trained model.</summary>
    public bool HasModel => Forecast.HasModel;

    /// <summary>Whether somebody has asked for the model: a method that has not, once it is made, computes without it.</summary>
    public bool IsModelUsed => Forecast.IsModelUsed;

    /// <summary>Refuses a trained model that a method, made with this, would ignore.</summary>
    /// <param name="method">The method.</param>
    /// <exception cref="ArgumentException">It did not ask for the model.</exception>
    public void RequireModelUsed(Component method) => Forecast.RequireModelUsed(method);
}
