using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;
using Coda.Inference.Forecasting;
using Coda.Workflows.Progress;

namespace Coda.Reports.Gathering;

/// <summary>Learned corrections against the coupling of a truth.</summary>
internal static class Couplings
{
    private const int Bins = 24;

    /// <summary>The pairs of a model with a correction and a record with a truth that has what it stands for.</summary>
    /// <param name="material">What there is.</param>
    public static IEnumerable<(ReportedModel Model, ReportedRecord Record)> Pairs(ReportMaterial material) =>
        from model in material.Models
        where model.Card.Correction is not null && model.Card.FileOf(ModelRoles.Correction) is not null && !model.Card.Layout.IsBounded
        from record in material.Records
        where record.HasTruth && IsCoupled(record.Description, model.Card)
        select (model, record);

    /// <summary>Compares them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record.</param>
    /// <param name="material">Margin, progress and cancellation.</param>
    public static CouplingScore Score(ReportedModel model, ReportedRecord record, ReportMaterial material)
    {
        using var opened = material.Progress.OpenModel(model.Folder);
        using var correction = new LearnedCorrection(opened);
        var own = record.Analyses.FirstOrDefault(t => t.Model?.Contains(model.Card.Name, StringComparison.Ordinal) == true);
        var deviation = model.Card.ClimatologyDeviation.Average();
        var request = new CouplingRequest { BinWidth = 6 * deviation / Bins, Margin = material.Job.Margin, Cancellation = material.Cancellation };
        return material.Progress.Run("correction", _ => CouplingScoring.Score(
            correction.Of, () => record.Archive.ReadStates(ArchiveTable.Truth), record.Description, request, own?.Archive.ReadStates(ArchiveTable.Analyses)));
    }

    private static bool IsCoupled(ArchiveDescription archive, ModelCard card) =>
        archive.System is { } system && DynamicalSystem.Catalog.Names.Contains(system.Name)
        && DynamicalSystem.Catalog.Create(system) is ICoupledSystem coupled && coupled.ResolvedLayout.Equals(card.Layout);
}
