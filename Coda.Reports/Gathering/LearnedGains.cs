using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Figures.Inputs;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Reports.Gathering;

/// <summary>The gains of learned sequential analyses along records: what an innovation does to the sites around it.</summary>
internal static class LearnedGains
{
    private const int MostSteps = 400;
    private const int Settling = 50; // steps from the climatology, which are not counted

    /// <summary>The pairs of a model that analyzes sequentially on one ring and a record of its size.</summary>
    /// <param name="material">What there is.</param>
    public static IEnumerable<(ReportedModel Model, ReportedRecord Record)> Pairs(ReportMaterial material) =>
        from model in material.Models
        where model.Card is { CycleSteps: not null, Forcing: null or { Count: 0 }, Layout: { SharedGrid.IsPeriodicLine: true, Fields.Count: 1 } }
            && model.Card.Files[model.Card.FileOf(ModelRoles.Cycle)!].Outputs.ContainsKey(ModelFolder.Gain)
            && model.Card.ErrorModels().All(errors => errors == ErrorModel.Additive)
        from record in material.Records
        where record.Archive.HasTable(ArchiveTable.Observations) && record.Description.Layout.Equals(model.Card.Layout)
            && record.Description.SiteCount == model.Card.SiteCount && record.Description.Steps.Count > 2 * Settling
        select (model, record);

    /// <summary>The gain by the distance of the observation, its mean and deviation over sites and cycles of the record's first trajectory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="record">The record.</param>
    /// <param name="material">Progress and cancellation.</param>
    public static Curve Measure(ReportedModel model, ReportedRecord record, ReportMaterial material)
    {
        using var opened = material.Progress.OpenModel(model.Folder);
        using var analysis = new SequentialAnalysis(opened);
        var (all, every) = (record.Description.Steps, model.Card.CycleSteps!.Value);
        var steps = new StepRange(all.Start, Math.Min(all.End, all.Start + MostSteps));
        var read = record.Archive.ReadObservations(0, steps);
        var (sites, points, sums, count) = (read.SiteCount, model.Card.Layout.Size, default(double[][]), 0L);
        SequentialState? state = null;
        for (var row = 0; row < steps.Count; row++)
        {
            material.Cancellation.ThrowIfCancellationRequested();
            state = analysis.Advance(state, steps.Start + row, read.Values.AsSpan(row * sites, sites), read.Mask.AsSpan(row * sites, sites));
            if (row >= Settling && state.Step % every == 0)
            {
                var gain = state.Gain.Span; // [weight, point]
                sums ??= [.. Enumerable.Range(0, gain.Length / points).Select(_ => new double[2])];
                for (var i = 0; i < gain.Length; i++)
                {
                    sums[i / points][0] += gain[i];
                    sums[i / points][1] += (double)gain[i] * gain[i];
                }

                count += points;
            }
        }

        double[] means = [.. sums!.Select(sum => sum[0] / count)];
        return new Curve(
            "gain", [.. Enumerable.Range(0, means.Length).Select(weight => (double)(weight - (means.Length / 2)))], means)
        {
            Deviation = [.. sums!.Zip(means, (sum, mean) => Math.Sqrt(Math.Max(0, (sum[1] / count) - (mean * mean))))],
        };
    }
}
