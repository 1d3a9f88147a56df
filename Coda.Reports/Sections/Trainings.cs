using Coda.Data.Cards;
using Coda.Figures;
using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>The course of trainings: the terms of the loss, parameters against their truth, gradients and learning rates.</summary>
internal sealed class Trainings : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Training";

    /// <inheritdoc/>
    public string Needs => $"a model with {ModelFolder.History}, which its training leaves";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Models.Any(m => m.History is { Steps.Count: > 0 });

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var model in material.Models)
        {
            if (model.History is not { Steps.Count: > 0 } history)
            {
                continue;
            }

            yield return $"{model.Card.Name}: {Words(history)}";
            foreach (var figure in TrainingFigures.Of(model.Source, history, model.Card))
            {
                yield return figure;
            }
        }
    }

    private static string Words(TrainingHistory history)
    {
        var stages = history.Stages.Zip(history.Steps).GroupBy(s => s.First)
            .Select(s => FormattableString.Invariant($"{s.Key} up to step {s.Max(row => row.Second)}"));
        var seconds = history.Column(TrainingHistory.Seconds).LastOrDefault(double.IsFinite, double.NaN);
        return $"{string.Join(", ", stages)}{(double.IsFinite(seconds) ? FormattableString.Invariant($", in {seconds:F0} s") : "")}.";
    }
}
