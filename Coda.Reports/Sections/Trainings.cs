using Coda.Data.Cards;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>The course of trainings: the terms of the loss, and parameters against their truth.</summary>
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

            double[] steps = [.. history.Steps.Select(step => (double)step)];
            yield return $"{model.Card.Name}: {Words(history)}";
            List<Curve> losses = [.. Columns(history, TrainingHistory.Loss).Append(TrainingHistory.Validation).Where(history.Columns.Contains)
                .Select(name => new Curve(Short(name, TrainingHistory.Loss), steps, history.Column(name)))];
            if (losses.Count > 0)
            {
                yield return TrainingCurves(model.Source, losses);
            }

            List<SeriesPanel> parameters = [.. Columns(history, TrainingHistory.Parameter).Select(name => Panel(history, name, steps, model.Card))];
            if (parameters.Count > 0)
            {
                yield return Parameters(model.Source, parameters);
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

    private static IEnumerable<string> Columns(TrainingHistory history, string kind) =>
        history.Columns.Where(name => name.StartsWith(kind, StringComparison.Ordinal));

    private static string Short(string name, string kind) => name.StartsWith(kind, StringComparison.Ordinal) ? name[kind.Length..] : name;

    private static SeriesPanel Panel(TrainingHistory history, string column, double[] steps, ModelCard card)
    {
        var name = column[TrainingHistory.Parameter.Length..];
        List<Curve> curves = [new("trained", steps, history.Column(column)) { Quantity = Quantity.Analysis }];
        if (card.Parameters.TryGetValue(name, out var released))
        {
            var error = card.ParameterErrors.TryGetValue(name, out var known) ? known : double.NaN;
            curves.Add(new("in the model, ± its standard error", [steps[^1]], [released])
            {
                Quantity = Quantity.Forecast, IsPoints = true, Deviation = double.IsFinite(error) ? [error] : null,
            });
        }

        if (history.Truths.TryGetValue(name, out var truth))
        {
            curves.Add(new("truth", [steps[0], steps[^1]], [truth, truth]) { Quantity = Quantity.Truth, IsReference = true });
        }

        return new(name, "1", curves);
    }
}
