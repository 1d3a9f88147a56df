using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Workflows.Forecasting;

/// <summary>The models that forecasts are made by, by name.</summary>
internal static class ForecastMethods
{
    private static readonly string[] Names = ["hybrid", "simulator", "persistence"];

    /// <summary>Makes the model that a job names.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="ArgumentException">No such method, or it lacks what it forecasts with.</exception>
    public static IForecastModel Create(ForecastJob job)
    {
        var description = job.Archive.Description;
        return job.Method switch
        {
            "hybrid" => new HybridForecast(
                job.Model ?? throw new ArgumentException("Method 'hybrid': expected a trained model, got none; name its folder with --model DIR."), description),
            "persistence" => new PersistenceForecast(job.Archive.ReadStates(ArchiveTable.Analyses).First().StateSize, description.StepLength),
            "simulator" => new SimulatorForecast(new Simulator(
                DynamicalSystem.Catalog.Create(description.System ?? throw new ArgumentException(
                    "Method 'simulator': expected an archive that names its system, got one that does not; import it with --system.")),
                Integrator.Catalog.Create(new Component("runge-kutta4")),
                description.StepLength)),
            "" => throw new ArgumentException($"Expected --model DIR or --method NAME, got neither. Methods: {string.Join(", ", Names)}."),
            var unknown => throw new ArgumentException(
                $"Unknown method '{unknown}'.{(NearestName.Of(unknown, Names) is { } near ? $" Did you mean '{near}'?" : "")} Known: {string.Join(", ", Names)}."),
        };
    }
}
