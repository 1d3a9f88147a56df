using Coda.Data.Dynamics;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Training.Losses;
using Coda.Training.Networks;

namespace Coda.Workflows.Describing;

/// <summary>A kind of plug-in that has options, and its catalogue.</summary>
/// <param name="Name">One word for it, as <c>coda systems NAME</c> takes it.</param>
/// <param name="Title">What its entries are called together.</param>
/// <param name="Catalog">Its entries.</param>
public sealed record CatalogKind(string Name, string Title, ICatalog Catalog)
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<CatalogKind> All { get; } =
    [
        new("system", "Systems", DynamicalSystem.Catalog),
        new("grid", "Grids of state fields", Grid.Catalog),
        new("integrator", "Integrators", Integrator.Catalog),
        new("forcing-source", "Sources of forcing for twin experiments", ForcingSource.Catalog),
        new("operator", "Observation operators", ObservationOperator.Catalog),
        new("observing-network", "Observing networks", ObservingNetwork.Catalog),
        new("network", "Assimilation networks", AssimilationNetwork.Catalog),
        new("cycle-network", "Networks of sequential analyses", CycleNetwork.Catalog),
        new("auto-encoder", "Auto-encoders of states", AutoEncoder.Catalog),
        new("emulator", "Emulators of a step", Emulator.Catalog),
        new("score-network", "Networks of scores of trajectories", ScoreNetwork.Catalog),
        new("correction", "Corrections", Correction.Catalog),
        new("loss", "Loss terms", LossTerm.Catalog),
        new("forecast-model", "Forecast models", ForecastModel.Catalog),
        new("method", "Assimilation methods", AssimilationMethod.Catalog),
        new("feed", "Feeds of observations that arrive", ObservationFeed.Catalog),
        new("score", "Scores", ScoreRequest.Catalog),
    ];
}
