using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Assimilation;

/// <summary>What methods that advance states by a model can be told: which model, before all else.</summary>
/// <remarks>The model that is named is the model that is used: the option that names one, else the trained model, else the system that the archive
/// names.</remarks>
[Withdrawn("hybrid", "A trained model that is named (--model DIR) is the forecast model of every method; the option system names another.")]
public abstract record ForecastingOptions : MethodOptions
{
    /// <summary>The system that is the forecast model, with its parameters' values; by default the trained hybrid where there is one, else the system that
    /// the reference archive names.</summary>
    public Component? System { get; init; }

    /// <summary>The scheme that a system is integrated with; by default that of Runge and Kutta of order 4, or the exponential one where the system's linear
    /// part is too stiff for that at the archive's time step. A trained model has its own.</summary>
    public Component? Integrator { get; init; }

    /// <summary>Another forecast model in place of these, by its name in the catalogue.</summary>
    public Component? ForecastModel { get; init; }

    /// <inheritdoc/>
    public override Faults Check(string method) => base.Check(method)
        .Require(ForecastModel is null || System is null, nameof(System), "none where the option forecastModel names the model", System?.Name)
        .Require(ForecastModel is null || Integrator is null, nameof(Integrator), "none where the option forecastModel names the model", Integrator?.Name);

    /// <summary>Makes the forecast model.</summary>
    /// <param name="context">The archive, and the trained model where there is one.</param>
    /// <exception cref="ArgumentException">No model is known, or there is none of that name.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The trained model disagrees with the archive, or has no forecast.onnx.</exception>
    public Forecasting.ForecastModel Choose(ForecastContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isHybrid = ForecastModel is null && System is null && context.HasModel;
        new Faults("forecast model")
            .Require(!isHybrid || Integrator is null, nameof(Integrator), "none with a trained model, which has its own scheme, or a system to integrate",
                Integrator?.Name)
            .ThrowIfAny();
        return ForecastModel is not null ? Forecasting.ForecastModel.Catalog.Create(ForecastModel, context)
            : isHybrid ? new HybridModel(context, new())
            : new SimulatorModel(context, new() { System = System, Integrator = Integrator });
    }
}
