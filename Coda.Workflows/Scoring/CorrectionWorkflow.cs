using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Forecasting;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Scoring;

/// <summary>A learned correction against the coupling of a two-level truth, and the forecasts and free runs that it gives.</summary>
public static class CorrectionWorkflow
{
    /// <summary>Compares the correction with the coupling, and rolls out the truncated model, the hybrid and other systems from true states.</summary>
    /// <param name="job">Which model, on what.</param>
    /// <param name="progress">Told how it gets on, and which models diverged; that is a finding, and leaves the others.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">Numbers out of range, or a system that the truth lacks fields of.</exception>
    /// <exception cref="InvalidDataException">The analyses are of other sites.</exception>
    /// <exception cref="ModelMismatchException">The model has no correction, or cannot read the archive.</exception>
    public static CorrectionOutcome Run(CorrectionJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var (description, card) = (job.Archive.Description, job.Model.Card);
        using var correction = new LearnedCorrection(job.Model);
        card.Require(description);
        description.RequireEstimates(job.Analyses?.Description ?? description, "--analyses");
        IEnumerable<StateBlock> Truth() => job.Archive.ReadStates(ArchiveTable.Truth);
        var rollouts = new Rollouts(job.Archive, Truth, card.Layout, new RolloutRequest
        {
            Leads = job.Leads,
            Starts = job.Starts,
            RunSteps = job.FreeRunSteps ?? 1,
            BinWidth = job.BinWidth,
            Workers = job.Workers,
            Cancellation = cancellation,
        });
        using var hybrid = new HybridModel(job.Model);
        var models = Models(job, hybrid).ToList();
        var coupling = progress.Run("coupling", _ => CouplingScoring.Score(
            correction.Of, Truth, description, new CouplingRequest { BinWidth = job.BinWidth, Margin = job.Margin, Cancellation = cancellation },
            job.Analyses?.ReadStates(ArchiveTable.Analyses)));
        var marginal = progress.Run("truth", _ => rollouts.Marginal());
        var rolled = models.ConvertAll(m => progress.Run(
            $"rollouts ({m.Name})", _ => RollOut(rollouts, m.Name, m.Model, marginal, job.FreeRunSteps is not null)));
        foreach (var failed in rolled.Where(r => r.Failure is not null))
        {
            var isFailure = rolled.TrueForAll(r => r.Failure is not null);
            progress.Warnings.Add(new ResultWarning("diverged", $"{failed.Name}: {failed.Failure}") { IsFailure = isFailure });
        }

        return new(job.Archive.Path, job.Model.Folder, job.Analyses?.Path, job.Margin, coupling, marginal, marginal.RandomError, rolled);
    }

    private static IEnumerable<(string Name, ForecastModel Model)> Models(CorrectionJob job, HybridModel hybrid)
    {
        var card = job.Model.Card;
        var truncated = new Simulator(DynamicalSystem.Catalog.Create(card.System), Integrator.Catalog.Create(card.Integrator), card.StepLength);
        yield return ("truncated", new SimulatorModel(truncated, card.Parameters));
        yield return ("hybrid", hybrid);
        foreach (var (name, component) in job.Systems)
        {
            var system = DynamicalSystem.Catalog.Create(component);
            yield return (name, new SimulatorModel(new Simulator(system, Integrator.Catalog.Create(card.Integrator), card.StepLength)));
        }
    }

    private static RolledOutModel RollOut(Rollouts rollouts, string name, ForecastModel model, MarginalDistribution truth, bool isRunFree)
    {
        var rolled = new RolledOutModel(name);
        try
        {
            rolled = rolled with { Forecasts = rollouts.Forecast(model) };
            var marginal = isRunFree ? rollouts.Marginal(model) : null;
            return rolled with { Marginal = marginal, Distance = marginal?.DistanceTo(truth) };
        }
        catch (DivergenceException fault)
        {
            return rolled with { Failure = fault.Message };
        }
    }
}
